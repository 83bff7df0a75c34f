"""Writes a BERT encoder as the two files that ingest/encoder reads, and what its tests compare with.

    export_encoder.py checkpoint DIR OUT    a Hugging Face checkpoint: OUT/words.bin, OUT/layers.bin, OUT/golden.json
    export_encoder.py tiny OUT              a random model of a few kilobytes, the same on every run: the test data
    export_encoder.py wordpiece VOCAB OUT   strings and how Hugging Face splits them: OUT/vocabulary.txt, OUT/split.txt.gz

A training script imports export() and gives it the parts; see its comment. The layout of the files is described in
ingest/encoder/load.go; the two small commands remake ingest/encoder/testdata. Needs numpy, torch, transformers and, for wordpiece, tokenizers.
"""
import argparse
import base64
import functools
import gzip
import json
import os
import random
import struct
import unicodedata

import numpy as np

FLOATS, ROWS8, TEXT = 0, 1, 2
VERSION = 1


@functools.cache
def crc_tables():
    """tables[k][b] is what byte b does to the checksum k bytes further on."""
    first = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        first = np.where(first & 1, (first >> 1) ^ np.uint32(0x82F63B78), first >> 1)
    tables = [first]
    for _ in range(15):
        tables.append((tables[-1] >> 8) ^ first[tables[-1] & 0xFF])
    return [t.tolist() for t in tables]


def crc32c(data):
    """CRC-32C (Castagnoli), which the standard library lacks; sixteen bytes at a time."""
    t, c, whole = crc_tables(), 0xFFFFFFFF, len(data) // 16 * 16
    for w, x, y, z in struct.iter_unpack("<4I", data[:whole]):
        w ^= c
        c = (t[15][w & 255] ^ t[14][w >> 8 & 255] ^ t[13][w >> 16 & 255] ^ t[12][w >> 24]
             ^ t[11][x & 255] ^ t[10][x >> 8 & 255] ^ t[9][x >> 16 & 255] ^ t[8][x >> 24]
             ^ t[7][y & 255] ^ t[6][y >> 8 & 255] ^ t[5][y >> 16 & 255] ^ t[4][y >> 24]
             ^ t[3][z & 255] ^ t[2][z >> 8 & 255] ^ t[1][z >> 16 & 255] ^ t[0][z >> 24])
    for b in data[whole:]:
        c = t[0][(c ^ b) & 255] ^ (c >> 8)
    return c ^ 0xFFFFFFFF


def rows8(w):
    """A matrix as int8 with a float32 scale per row."""
    w = np.asarray(w, dtype=np.float32)
    scale = (np.abs(w).max(1) / 127).astype(np.float32)
    q = np.rint(w / np.where(scale > 0, scale, 1)[:, None])
    return scale, np.clip(q, -127, 127).astype(np.int8)


def dequantised(w):
    scale, q = rows8(w)
    return q.astype(np.float32) * scale[:, None]


def write(path, shape, tensors, words=0):
    """tensors: name -> float array | ("rows8", array) | str. Returns the file's checksum, which the layers name as their words."""
    directory, body = b"", []
    for name, value in tensors.items():
        if isinstance(value, str):
            kind, rows, cols, parts = TEXT, 1, len(value.encode()), [b"", value.encode()]
        elif isinstance(value, tuple):
            scale, q = rows8(value[1])
            kind, (rows, cols), parts = ROWS8, q.shape, [scale.astype("<f4").tobytes(), q.tobytes()]
        else:
            a = np.atleast_2d(np.asarray(value, dtype="<f4"))
            kind, (rows, cols), parts = FLOATS, a.shape, [a.tobytes()]
        directory += struct.pack("<BB", kind, len(name)) + name.encode() + struct.pack("<II", rows, cols)
        body += parts
    data = bytearray(64) + directory
    for part in body:
        data += bytes(-len(data) % 64) + part
    struct.pack_into("<8sIIQ8III", data, 0, b"whence-w", VERSION, 0, len(data), len(tensors),
                     *[shape[k] for k in ("layers", "hidden", "feedforward", "heads", "vocabulary", "positions", "features")], words, 0)
    check = crc32c(bytes(data[16:]))
    struct.pack_into("<I", data, 12, check)
    with open(path, "wb") as f:
        f.write(data)
    return check


def export(out, state, vocabulary, features=(), mix=None, mix_norm=None, extra=None):
    """Writes out/words.bin and out/layers.bin.

    state       the state dict of a BertModel (any prefix "bert." is ignored), as tensors or arrays
    vocabulary  the pieces, in order
    features    tables [values, hidden] that are added to the embedding of a piece
    mix         the weights of the embeddings and of each layer, as they are to be applied (after softmax, times gamma)
    mix_norm    (weight, bias) of a layer normalisation of the result
    extra       what the heads need: name -> float array, ("rows8", [out, in]) with a float array name + ".bias", or str
    """
    s = {k.removeprefix("bert."): np.asarray(v.float().cpu() if hasattr(v, "cpu") else v, dtype=np.float32) for k, v in state.items()}
    e = "embeddings."
    layers = 1 + max(int(k.split(".")[2]) for k in s if k.startswith("encoder.layer."))
    vocab, hidden = s[e + "word_embeddings.weight"].shape
    if vocab != len(vocabulary):
        raise ValueError(f"{len(vocabulary)} pieces for {vocab} rows")
    shape = dict(layers=layers, hidden=hidden, feedforward=s["encoder.layer.0.intermediate.dense.weight"].shape[0], heads=hidden // 32,
                 vocabulary=vocab, positions=s[e + "position_embeddings.weight"].shape[0], features=len(features))
    os.makedirs(out, exist_ok=True)
    words = write(os.path.join(out, "words.bin"), shape,
                  {"vocabulary": "\n".join(vocabulary) + "\n", "words": ("rows8", s[e + "word_embeddings.weight"])})
    t = {"position": s[e + "position_embeddings.weight"] + s[e + "token_type_embeddings.weight"][0]}
    for i, table in enumerate(features):
        t[f"feature.{i}"] = table

    def norm(name, key):
        t[name + ".weight"], t[name + ".bias"] = s[key + ".weight"], s[key + ".bias"]

    def dense(name, *keys):
        t[name] = ("rows8", np.concatenate([s[k + ".weight"] for k in keys]))
        t[name + ".bias"] = np.concatenate([s[k + ".bias"] for k in keys])

    norm("norm", e + "LayerNorm")
    for i in range(layers):
        a, b = f"layer.{i}.", f"encoder.layer.{i}."
        dense(a + "qkv", *(b + "attention.self." + x for x in ("query", "key", "value")))
        dense(a + "out", b + "attention.output.dense")
        norm(a + "norm1", b + "attention.output.LayerNorm")
        dense(a + "up", b + "intermediate.dense")
        dense(a + "down", b + "output.dense")
        norm(a + "norm2", b + "output.LayerNorm")
    if mix is not None:
        t["mix"] = mix
    if mix_norm is not None:
        t["mix.norm.weight"], t["mix.norm.bias"] = mix_norm
    t.update(extra or {})
    write(os.path.join(out, "layers.bin"), shape, t, words)


def golden(path, model, sequences, tables=(), mix=None, mix_norm=None):
    """What torch computes in float32 with the weights as the files hold them. sequences: [(ids, [values of each feature])]."""
    import torch
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 2 and "position" not in name and "token_type" not in name:
                p.copy_(torch.tensor(dequantised(p.numpy())))
        rows = []
        for ids, features in sequences:
            x = model.embeddings.word_embeddings(torch.tensor([ids]))
            for table, values in zip(tables, features):
                x = x + torch.tensor(table)[torch.tensor([values])]
            h = model(inputs_embeds=x, output_hidden_states=True)
            y = h.last_hidden_state
            if mix is not None:
                y = sum(float(w) * v for w, v in zip(mix, h.hidden_states))
            if mix_norm is not None:
                y = torch.nn.functional.layer_norm(y, y.shape[-1:], *map(torch.tensor, mix_norm), eps=1e-12)
            rows.append(y[0].numpy())
    with open(path, "w") as f:
        json.dump({
            "pieces": [i for ids, _ in sequences for i in ids],
            "features": [[v for _, features in sequences for v in features[k]] for k in range(len(tables))],
            "lengths": [len(ids) for ids, _ in sequences],
            "hidden": base64.b64encode(np.concatenate(rows).astype("<f4").tobytes()).decode(),
        }, f)


def bert(config, state=None):
    import torch
    from transformers import BertConfig, BertModel
    torch.manual_seed(1)
    model = BertModel(BertConfig(**config, attn_implementation="eager"), add_pooling_layer=False).eval()
    if state is not None:
        missing, _ = model.load_state_dict(state, strict=False)
        if [k for k in missing if "position_ids" not in k]:
            raise ValueError(f"checkpoint lacks {missing}")
    return model


def checkpoint(source, out):
    """A checkpoint with config.json, vocab.txt and model.safetensors or pytorch_model.bin."""
    import torch
    with open(os.path.join(source, "config.json")) as f:
        config = json.load(f)
    with open(os.path.join(source, "vocab.txt"), encoding="utf-8") as f:
        vocabulary = f.read().rstrip("\n").split("\n")
    path = os.path.join(source, "model.safetensors")
    if os.path.exists(path):
        from safetensors.torch import load_file
        state = load_file(path)
    else:
        state = torch.load(os.path.join(source, "pytorch_model.bin"), weights_only=True)
    state = {k.removeprefix("bert."): v for k, v in state.items()}
    keys = ("num_hidden_layers", "hidden_size", "intermediate_size", "num_attention_heads", "vocab_size", "max_position_embeddings", "type_vocab_size")
    if config["hidden_size"] != 32 * config["num_attention_heads"] or config["hidden_act"] != "gelu":
        raise ValueError("the encoder wants heads of 32 and the exact GELU")
    model = bert({k: config[k] for k in keys}, state)
    export(out, model.state_dict(), vocabulary)
    draw = random.Random(7)
    most = config["max_position_embeddings"]
    lengths = [1, 2, 3, 5, 7, 13, 16, 17, 30, 31, 64, 128, 200, 256, most]
    golden(os.path.join(out, "golden.json"), model,
           [([101] + [draw.randrange(1996, 20000) for _ in range(n - 2)] + [102] * (n > 1), []) for n in lengths])


def tiny(out):
    """Two layers of 64 with two tables of features, a mix of layers and a normalisation of it."""
    import torch
    config = dict(num_hidden_layers=2, hidden_size=64, intermediate_size=100, num_attention_heads=2, vocab_size=60, max_position_embeddings=40)
    model = bert(config)
    with torch.no_grad():
        for name, p in model.named_parameters():
            spread = 0.02 if "embeddings" in name else 0.15
            p.copy_(torch.randn(p.shape, generator=torch.Generator().manual_seed(len(name) + p.numel())) * spread + (1 if name.endswith("LayerNorm.weight") else 0))
    r = np.random.default_rng(3)
    tables = [r.normal(0, 0.02, (n, 64)).astype(np.float32) for n in (7, 3)]
    mix = np.array([0.2, 0.3, 0.6], dtype=np.float32)
    mix_norm = [r.normal(1, 0.1, 64).astype(np.float32), r.normal(0, 0.1, 64).astype(np.float32)]
    head = r.normal(0, 0.1, (5, 64)).astype(np.float32)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [chr(97 + i) for i in range(26)] + ["##" + chr(97 + i) for i in range(26)] + ["the", "said", ".", ","]
    export(out, model.state_dict(), vocabulary, tables, mix, mix_norm,
           {"head": ("rows8", head), "head.bias": r.normal(0, 0.1, 5), "head.labels": "none source cue content via"})
    lengths = [1, 2, 5, 6, 7, 16, 17, 31, 40]
    golden(os.path.join(out, "golden.json"), model,
           [(r.integers(0, 60, n).tolist(), [r.integers(0, len(t), n).tolist() for t in tables]) for n in lengths], tables, mix, mix_norm)


# Where strange characters are drawn from. All had their properties by Unicode 8, which is what Hugging Face's tables know.
RANGES = [(0x20, 0x7E), (0x20, 0x7E), (0x00, 0x1F), (0x7F, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x5D0, 0x5EA),
          (0x620, 0x669), (0x904, 0x939), (0x93E, 0x94D), (0xE01, 0xE3A), (0xE40, 0xE4E), (0x1E00, 0x1FFC), (0x2000, 0x206F), (0x20A0, 0x20BD), (0x20D0, 0x20F0),
          (0x2100, 0x214F), (0x2190, 0x22FF), (0x2460, 0x24FF), (0x3000, 0x30FF), (0x3400, 0x3410), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xE000, 0xE010),
          (0xF900, 0xFA6D), (0xFE00, 0xFE0F), (0xFE20, 0xFE2D), (0xFF01, 0xFFEE), (0xFFFD, 0xFFFD), (0x1D400, 0x1D4FF), (0x1F300, 0x1F64F), (0x20000, 0x20010),
          (0x2F800, 0x2FA1D), (0xE0020, 0xE007F)]
WORDS = """the a minister said on Monday that talks in Geneva had stalled over prisoners of war according to two officials who asked not to be named because
they were unauthorised U.S. U.N. don't won't "we're" O'Neill's café naïve Zürich São Paulo Kyïv Łódź İstanbul ŞANLIURFA Ångström Dvořák Nguyễn co-operation
$1,250.50 3.5% 1990s 12th #tag @handle state-run e-mail A.P. (Reuters) — – … “quoted” ‘single’ «guillemets» spokeswoman unbelievably antidisestablishmentarianism
북한 東京 Москва Αθήνα القدس ירושלים 12:30 p.m. Rs.500 €20bn £3m ½ ﬁnance ﬀ ² № ™ straße STRASSE ǅ ẞ""".split()


def strings(count):
    draw = random.Random(11)
    for i in range(count):
        kind = i % 6
        if kind < 2:
            yield " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 9))) + draw.choice([".", "", "?!", "\n", "”"])
        elif kind == 2:
            yield "".join(chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 12)))
        elif kind == 3:
            s = list(" ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 5))))
            for _ in range(draw.randint(1, 6)):
                s.insert(draw.randint(0, len(s)), chr(draw.randint(*draw.choice(RANGES))))
            yield "".join(s)
        elif kind == 4:
            s = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 5)))
            yield unicodedata.normalize(draw.choice(["NFD", "NFKD", "NFC"]), draw.choice([s, s.upper(), s.title()]))
        else:
            yield draw.choice(["", " ", "x" * draw.randint(95, 105), "é" * draw.randint(98, 102), "ab" * draw.randint(1, 60), "." * draw.randint(1, 20), "\t \u00a0\u3000",
                               draw.choice(WORDS) + chr(0x301) * draw.randint(1, 40), "한" * draw.randint(30, 36), "\u200b".join(draw.choice(WORDS) for _ in range(3))])


def wordpiece(vocab, out, count=3600):
    """The vocabulary is cut down to what the strings use, plus every single letter."""
    from tokenizers import BertWordPieceTokenizer
    whole = BertWordPieceTokenizer(vocab, lowercase=True)
    texts = sorted(set(strings(count)), key=lambda s: (len(s), s))
    keep = {i for t in texts for i in whole.encode(t, add_special_tokens=False).ids}
    with open(vocab, encoding="utf-8") as f:
        pieces = [p for i, p in enumerate(f.read().rstrip("\n").split("\n")) if i in keep or p in ("[PAD]", "[UNK]", "[CLS]", "[SEP]") or len(p.removeprefix("##")) == 1]
    small = os.path.join(out, "vocabulary.txt")
    with open(small, "w", encoding="utf-8") as f:
        f.write("\n".join(pieces) + "\n")
    tok = BertWordPieceTokenizer(small, lowercase=True)
    with open(os.path.join(out, "split.txt.gz"), "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as z:
        for t in texts:
            at = [0]
            for c in t:
                at.append(at[-1] + len(c.encode()))
            e = tok.encode(t, add_special_tokens=False)
            spans = []
            for piece, (i, j) in zip(e.tokens, e.offsets):
                while j < len(t) and unicodedata.category(t[j]) == "Mn":  # a mark belongs to the character before it
                    j += 1
                spans.append(f"{piece}@{at[i]}-{at[j]}")
            z.write((json.dumps(t) + "\t" + " ".join(spans) + "\n").encode())
    print(len(texts), "strings,", len(pieces), "pieces")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(dest="command", required=True)
    for name, args in (("checkpoint", ("source", "out")), ("tiny", ("out",)), ("wordpiece", ("vocab", "out"))):
        c = sub.add_parser(name)
        for a in args:
            c.add_argument(a)
    given = vars(p.parse_args())
    {"checkpoint": checkpoint, "tiny": tiny, "wordpiece": wordpiece}[given.pop("command")](**given)
