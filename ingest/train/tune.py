"""Finds the decoder's knobs on the dev split: one knob after the other, a few rounds. Writes RUN/knobs.json.

  tune.py RUN [--quick]     quick: only scores with the knobs as they are
"""
import argparse, json, os, sys
import torch
import data, decode, train
from model import Reader

STEPS = dict(cue=(-0.8, -0.4, 0.0, 0.4, 0.8), src=(-0.4, 0.0, 0.4), con=(-0.4, 0.0, 0.4), source=(0.15, 0.25, 0.35, 0.45, 0.55),
             content=(0.1, 0.2, 0.3, 0.4, 0.5), least=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5), again=(0.0, 0.25, 0.5, 1.0))


def load(run):
    o = argparse.Namespace(**json.load(open(run + "/options.json")))
    net = Reader(o.base, layers=[int(k) for k in o.layers.split(",")] if o.layers else None)
    net.load_state_dict(torch.load(run + "/ema.pt"))
    net.eval()
    return o, net, data.Pieces(o.base + "/vocab.txt")


def goal(f): return f["F1"] + 0.15 * (f["source"] + f["cue"] + f["content"]) / 3 - 0.5 * max(0, f["wrong"] - 4)


def main():
    run = sys.argv[1]
    torch.set_num_threads(1)
    o, net, pc = load(run)
    dev = list(data.polnear(o.eval + "/polnear/dev.jsonl", pc))
    enc, sp = train.encode(net, dev, pc), train.scorer(o)
    def score(k):
        f = train.figures(o, train.attribute(net, enc, k), sp)
        return goal(f), f
    knobs = dict(decode.KNOBS)
    if os.path.exists(run + "/knobs.json"): knobs.update(json.load(open(run + "/knobs.json")))
    best, f = score(knobs)
    print(round(best, 2), knobs, f, flush=True)
    for _ in range(0 if "--quick" in sys.argv else 2):
        before = best
        for k in STEPS:
            for v in STEPS[k]:
                if v == knobs[k]: continue
                g, f = score(knobs | {k: v})
                if g <= best: continue
                best, knobs = g, knobs | {k: v}
                print(round(g, 2), k, v, f, flush=True)
        json.dump(knobs, open(run + "/knobs.json", "w"))
        if best - before < 0.05: break
    print(json.dumps(knobs), score(knobs), flush=True)


if __name__ == "__main__": main()
