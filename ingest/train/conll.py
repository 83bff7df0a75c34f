"""The mean F1 of MUC, B-cubed and CEAF-e over clusters of mentions, singletons kept (Pradhan et al., ACL 2014)."""
import numpy as np
from scipy.optimize import linear_sum_assignment


def counts(gold, pred):
    """gold, pred: lists of sets. (hits, of, hits, of) for precision and recall of each of the three, to be added up over documents."""
    at = lambda cs: {m: k for k, c in enumerate(cs) for m in c}
    g, p = at(gold), at(pred)
    def muc(cs, other):
        hit = all_ = 0
        for c in cs:
            parts = {other.get(m, ("alone", m)) for m in c}
            hit += len(c) - len(parts); all_ += len(c) - 1
        return hit, all_
    def b3(cs, other, others):
        return sum(len(c & others[other[m]]) / len(c) for c in cs for m in c if m in other), sum(map(len, cs))
    S = np.array([[2 * len(a & b) / (len(a) + len(b)) for b in pred] for a in gold]) if gold and pred else np.zeros((0, 0))
    best = float(S[linear_sum_assignment(-S)].sum()) if S.size else 0.0
    return np.array([[*muc(pred, g), *muc(gold, p)], [*b3(pred, g, gold), *b3(gold, p, pred)], [best, len(pred), best, len(gold)]], float)


def mean(total):
    f = 0.0
    for hp, np_, hr, ng in total:
        p, r = hp / max(1, np_), hr / max(1, ng)
        f += 2 * p * r / (p + r) if p + r else 0
    return f / len(total)
