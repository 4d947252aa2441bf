"""How many passages a second are embedded here and by sentence-transformers as it comes, same model
and texts, by turns; how far the vectors are apart; and how near to what the machine multiplies in
bytes (int8) the encoder comes.

Usage: python -m tests.bench.embed FILE.jsonl(.gz) [PASSAGES]; the default model is measured.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from sentence_transformers import SentenceTransformer

from archive.chunk import heading, passage_text, passages_of
from archive.embed import DEFAULT_MODEL, Embedder, load_embedder
from archive.evaluate.judged import judged_documents
from archive.settings import Settings
from archive.types import Article

ROUNDS = 3


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    embedder = load_embedder(DEFAULT_MODEL, Settings().models)
    texts = list(islice(passages(Path(sys.argv[1]), embedder), count))
    reference = SentenceTransformer(str(embedder.folder.path))
    ours, theirs, limits = [], [], []
    embedder.passages(texts[:32])
    reference.encode(texts[:32])
    for _ in range(ROUNDS):
        started = perf_counter()
        fast = embedder.passages(texts)
        ours.append(len(texts) / (perf_counter() - started))
        started = perf_counter()
        plain = reference.encode(texts, normalize_embeddings=True)
        theirs.append(len(texts) / (perf_counter() - started))
        limits.append(int8_limit())
    cosine = (fast * plain).sum(axis=1)
    print(
        f"{len(texts)} passages of {np.mean([len(t.split()) for t in texts]):.0f} words, "
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {embedder.key}"
    )
    print(f"here {np.median(ours):.0f} passages/s, sentence-transformers {np.median(theirs):.0f}")
    print(f"{np.median(ours) / np.median(theirs):.2f} times as many")
    print(f"cosine to its vectors: mean {cosine.mean():.4f}, least {cosine.min():.4f}")
    work = np.mean(embedder.count(texts)) * operations_per_token(embedder) * np.median(ours) / 1e9
    limit = float(np.median(limits)) / 1e9
    print(
        f"products of weights: {work:.0f} of the {limit:.0f} billion operations a second that ONNX "
        f"Runtime makes of large int8 matrices here, {work / limit:.0%}"
    )


def operations_per_token(embedder: Embedder) -> float:
    """Multiplications and additions with weights, for one token in a BERT encoder: four square
    matrices and two of the width between, in every layer.
    """
    told = embedder.folder.setting("config.json")
    width, between = told["hidden_size"], told["intermediate_size"]
    return float(2 * told["num_hidden_layers"] * (4 * width * width + 2 * width * between))


def int8_limit(rows: int = 4_096, width: int = 1_536) -> float:
    """Operations a second of large products of int8 matrices, a thread a core."""
    import onnx
    import onnxruntime

    kinds = onnx.TensorProto
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [onnx.helper.make_tensor_value_info("a", kinds.UINT8, [rows, width])],
        [onnx.helper.make_tensor_value_info("c", kinds.INT32, [rows, width])],
        [onnx.numpy_helper.from_array(np.ones((width, width), np.int8), "b")],
    )
    version = [onnx.helper.make_opsetid("", 17)]
    model = onnx.helper.make_model(graph, opset_imports=version, ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    a = {"a": np.ones((rows, width), np.uint8)}
    cores = len(os.sched_getaffinity(0))
    times = 4 * cores
    with ThreadPoolExecutor(cores) as threads:
        list(threads.map(lambda _: session.run(None, a), range(cores)))
        started = perf_counter()
        list(threads.map(lambda _: session.run(None, a), range(times)))
        return 2.0 * rows * width * width * times / (perf_counter() - started)


def passages(path: Path, embedder: Embedder):
    """Passages of judged documents as ingest cuts them."""
    for item in judged_documents(path, "text"):
        article = Article(item.get("title") or "", item["text"], "bench")
        head = heading(article.title, embedder)
        for passage in passages_of(article, embedder):
            yield passage_text(head, article.text[passage.start : passage.end])


if __name__ == "__main__":
    main()
