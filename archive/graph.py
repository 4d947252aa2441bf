"""The quick path on a CPU: a BERT encoder as a fused int8 graph in ONNX Runtime.

The graph is made once from the model's own weights (exported by torch, fused by ONNX Runtime's
optimizer, quantised dynamically per channel), compared with the model itself, and kept. From
then on neither torch nor sentence-transformers is loaded.
"""

import fcntl
import json
import os
import shutil
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from archive.embed import PASSAGE_PROMPTS, ModelFolder, Reference, quiet_libraries
from archive.text import slug
from indexes.types import Vectors

# Raised when graphs are made in another way: old ones are then made again.
_RECIPE = 1
# The least mean cosine between the graph's vectors and the model's own.
LEAST_FIDELITY = 0.98
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_SAMPLE = (
    "The council voted late on Tuesday to close the old harbour bridge for repairs.",
    "Wheat prices rose for the third week after a dry spring in the south.",
    "Election officials said that turnout was higher than four years ago.",
    "A spacecraft entered orbit around the Moon and sent its first pictures.",
    "Doctors warn that the new strain spreads more quickly among children.",
    "Who won the final, and by how many goals?",
    "The prime minister met the trade unions; no agreement was reached on wages, and both "
    "sides said that they would meet again within a fortnight.",
    "ferry strike harbour talks",
    "Der Stadtrat hat den Haushalt für das kommende Jahr beschlossen.",
    "Las lluvias dejaron varias carreteras cortadas en el norte del país.",
    "Shares in the chip maker fell 7.5 percent after it cut its forecast for the year.",
    "Rescuers pulled two survivors from the rubble four days after the earthquake.",
    "In a ruling of 34 pages the court found that the ministry had not consulted residents "
    "before it allowed the dam, and sent the matter back to the regional authority.",
    "The museum returned eleven bronze statues to the country they were taken from.",
    "Firefighters",
    "Scientists found traces of water vapour in the air of a planet 120 light years away.",
)


class GraphRefused(Exception):
    """This model has no graph that is as good as itself; the text says why."""


class Graph:
    """An embedder that runs a graph in a file. Safe to use from several threads."""

    def __init__(self, model: ModelFolder, file: Path, *, cls_pooling: bool) -> None:
        """Load the graph. GraphRefused if it does not load."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # A run has one thread: two would wait for each other busily, and cost twice the time of
        # the processor for a short query. Texts in number are spread over all cores instead.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the library raises classes of its own for a broken file
            raise GraphRefused(f"{file} does not load: {error}") from error
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._cls_pooling = cls_pooling
        self.folder = model
        self.key = f"{model.name}:{model.weights[:16]}:int8-{_RECIPE}"
        self.name = model.name
        self.dimension = int(model.setting("config.json")["hidden_size"])
        self.max_tokens = model.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, none cut off."""
        return self.folder.count(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), rows of unit length."""
        return self._embed(texts, self.folder.prompt(*PASSAGE_PROMPTS))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), rows of unit length."""
        return self._embed(texts, self.folder.prompt("query"))

    def gists(self, texts: Sequence[str]) -> Vectors:
        """Rough vectors of words, or those of passages if the model has no vectors of words."""
        words = self.folder.word_vectors
        return self.passages(texts) if words is None else words.gists(texts)

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        """One text a run: activations are quantised over the whole input, so in a batch a
        text's vector would depend on its neighbours. On a CPU it costs no speed.
        """
        encoded = self.folder.tokenizer.encode_batch([prompt + text for text in texts])
        if len(encoded) < 2:
            rows = [self._state(item.ids) for item in encoded]
        else:
            with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
                rows = list(threads.map(self._state, [item.ids for item in encoded]))
        if not rows:
            return np.zeros((0, self.dimension), np.float32)
        states = np.stack(rows)
        norms = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
        return np.asarray(states / norms, np.float32)

    def _state(self, ids: list[int]) -> Vectors:
        limit = self.folder.positions
        if len(ids) > limit:  # only a query can be: passages are cut to fit
            ids = [*ids[: limit - 1], ids[-1]]
        given = np.array([ids], np.int64)
        values = dict(zip(_INPUTS, (given, np.ones_like(given), np.zeros_like(given)), strict=True))
        states = self._session.run(None, {k: values[k] for k in self._inputs})[0][0]
        pooled: Vectors = states[0] if self._cls_pooling else states.mean(axis=0)
        return pooled


def graph_of(model: ModelFolder, cache: Path) -> Graph:
    """A model's graph, made on first use and kept in `cache`. GraphRefused if it has none."""
    cls_pooling = _pooling(model)
    folder = cache / f"{slug(model.name)}-{model.weights[:16]}-int8-{_RECIPE}"
    if not (folder / "model.onnx").is_file():
        _make(model, folder, cls_pooling=cls_pooling)
    return Graph(model, folder / "model.onnx", cls_pooling=cls_pooling)


def _pooling(model: ModelFolder) -> bool:
    """Whether the model takes its first token (True) or the mean. GraphRefused for a model that
    is not an encoder with one of these and nothing else.
    """
    if model.setting("config.json").get("model_type") != "bert":
        raise GraphRefused("only BERT encoders have a quick path")
    kinds = [
        item["type"].rsplit(".", 1)[-1] for item in model.setting("modules.json").get("items", [])
    ]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise GraphRefused(f"it is built of {', '.join(kinds) or 'unknown parts'}")
    pooling = model.setting("1_Pooling/config.json")
    modes = {
        name for name, value in pooling.items() if name.startswith("pooling_mode") and value is True
    }
    modes |= {f"pooling_mode_{pooling['pooling_mode']}"} if "pooling_mode" in pooling else set()
    if modes in ({"pooling_mode_cls_token"}, {"pooling_mode_cls"}):
        return True
    if modes in ({"pooling_mode_mean_tokens"}, {"pooling_mode_mean"}):
        return False
    raise GraphRefused(f"its pooling is {', '.join(sorted(modes)) or 'unknown'}")


def _make(model: ModelFolder, folder: Path, *, cls_pooling: bool) -> None:
    """Make the graph and put it in its folder whole. GraphRefused if it strays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / ".graphs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "model.onnx").is_file():  # another process was quicker
            return
        beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        try:
            _export(model, beside)
            fidelity = _fidelity(model, beside / "model.onnx", cls_pooling=cls_pooling)
            if fidelity < LEAST_FIDELITY:
                raise GraphRefused(f"its vectors stray from the model's (cosine {fidelity:.3f})")
            (beside / "fidelity.json").write_text(json.dumps({"mean cosine": fidelity}))
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _export(model: ModelFolder, folder: Path) -> None:
    """model.onnx in a folder: exported, fused, quantised."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    from transformers import AutoModel

    config = model.setting("config.json")
    with warnings.catch_warnings(), quiet_libraries(), torch.no_grad():
        warnings.simplefilter("ignore")
        encoder = AutoModel.from_pretrained(
            str(model.path), attn_implementation="eager", local_files_only=True
        ).eval()

        class States(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
            """The encoder with one tensor as its answer."""

            def __init__(self) -> None:
                super().__init__()
                self.encoder = encoder

            def forward(self, ids: Any, mask: Any, types: Any) -> Any:
                """Token states, (batch, length, hidden)."""
                answer = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types)
                return answer.last_hidden_state

        sample = torch.ones(2, 16, dtype=torch.long)
        axes = {0: "batch", 1: "length"}
        torch.onnx.export(
            States(),
            (sample, sample.clone(), sample * 0),
            str(folder / "exported.onnx"),
            dynamo=False,
            opset_version=17,
            input_names=list(_INPUTS),
            output_names=["states"],
            dynamic_axes=dict.fromkeys((*_INPUTS, "states"), axes),
        )
        fused = optimizer.optimize_model(
            str(folder / "exported.onnx"),
            model_type="bert",
            num_heads=config["num_attention_heads"],
            hidden_size=config["hidden_size"],
            opt_level=0,
        )
        fused.save_model_to_file(str(folder / "fused.onnx"))
        quantize_dynamic(
            str(folder / "fused.onnx"),
            str(folder / "model.onnx"),
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    for name in ("exported.onnx", "fused.onnx"):
        (folder / name).unlink()


def _fidelity(model: ModelFolder, graph: Path, *, cls_pooling: bool) -> float:
    """Mean cosine between the graph's vectors of the sample and the model's own."""
    quick = Graph(model, graph, cls_pooling=cls_pooling).passages(_SAMPLE)
    own = Reference(model).passages(_SAMPLE)
    return round(float((quick * own).sum(axis=1).mean()), 4)
