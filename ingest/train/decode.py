"""From the heads' numbers to attributions: the reference that the Go code follows line by line. numpy only.

For a window of n words:
  E[n][7]     role scores of each word            T[7][7], S[7]  the CRF's transitions and start
  P[c][n][3]  for each cue c and word: probability of neither, in the source, in the content

1  Viterbi over E (with `src`, `cue`, `con` added to the scores of the three B- tags) with T and S. Its cue spans are the cues.
2  Viterbi again, knowing the cues: their words keep their tags, no other word may be a cue, and the other scores gain
   `again` times the log of what the cues say (the highest P over the cues for source and for content; at least 1e-4).
   Its source and content spans count. They never overlap.
3  For each cue and each source span: the mean over the span's words of P[c][w][1]. The best span is the cue's source if
   that mean is at least `source`; otherwise the cue has none. Two cues may well choose the same span.
4  Each content span goes to the cue with the highest mean of P[c][w][2], if that is at least `content`; else it is dropped.
5  A cue without content is dropped.
6  Confidence: the product of the mean marginal of the cue's tags, and of the mean P of its best content.
"""
import numpy as np

KNOBS = dict(cue=0.0, src=0.0, con=0.0, source=0.2, content=0.3, least=0.0, again=0.5)
NEVER = -1e4


def viterbi(E, T, S):
    n = len(E)
    d = E[0] + S
    back = np.zeros(E.shape, int)
    for t in range(1, n):
        v = d[:, None] + T
        back[t] = v.argmax(0)
        d = v.max(0) + E[t]
    y = [int(d.argmax())]
    for t in range(n - 1, 0, -1): y.append(int(back[t][y[-1]]))
    return y[::-1]


def marginals(E, T, S):
    """P(tag of word t), by forward-backward."""
    n = len(E)
    X, A = np.exp(E - E.max(1, keepdims=True)), np.exp(T)
    f, b = np.zeros((n, 7)), np.ones((n, 7))
    v = X[0] * np.exp(S)
    f[0] = v / v.sum()
    for t in range(1, n):
        v = (f[t - 1] @ A) * X[t]
        f[t] = v / v.sum()
    for t in range(n - 1, 0, -1):
        v = A @ (X[t] * b[t])
        b[t - 1] = v / v.sum()
    p = f * b
    return p / p.sum(1, keepdims=True)


def spans(y):
    """[(role, first word, last word + 1)]"""
    out, i = [], 0
    while i < len(y):
        if not y[i]: i += 1; continue
        r, j = (y[i] - 1) // 2, i + 1
        while j < len(y) and y[j] == 2 * r + 2: j += 1
        out.append((r, i, j))
        i = j
    return out


def knowing(E, y, P, again):
    s, c = P[:, :, 1].max(0), P[:, :, 2].max(0)
    o = 1 - np.maximum(s, c)
    log = lambda p: again * np.log(np.maximum(p, 1e-4))[:, None]
    F = np.full(E.shape, NEVER)
    F[:, 0] = E[:, 0] + log(o)[:, 0]
    F[:, 1:3] = E[:, 1:3] + log(s)
    F[:, 5:7] = E[:, 5:7] + log(c)
    for w, t in enumerate(y):
        if t in (3, 4): F[w], F[w, t] = NEVER, 0
    return F


def attributions(E, T, S, said, k=KNOBS):
    """said(cues) gives P for a list of cue spans. Attributions as (source or None, cue, contents, confidence), in words."""
    if len(E) == 0: return []
    E = E + np.array([0, k["src"], 0, k["cue"], 0, k["con"], 0])
    y = viterbi(E, T, S)
    cues = [s for s in spans(y) if s[0] == 1]
    if not cues: return []
    P = said(cues)
    sp = spans(viterbi(knowing(E, y, P, k["again"]), T, S))
    M = marginals(E, T, S)
    src, con = [s for s in sp if s[0] == 0], [s for s in sp if s[0] == 2]
    got = [[None, (c[1], c[2]), [], 0.0] for c in cues]
    for c, a in enumerate(got):
        best = k["source"]
        for _, i, j in src:
            v = P[c, i:j, 1].mean()
            if v >= best: best, a[0] = v, (i, j)
    for _, i, j in con:
        v = P[:, i:j, 2].mean(1)
        c = int(v.argmax())
        if v[c] >= k["content"]:
            got[c][2].append((i, j))
            got[c][3] = max(got[c][3], float(v[c]))
    out = []
    for a in got:
        i, j = a[1]
        a[3] *= float(M[i:j, 3:5].sum(1).mean())
        if a[2] and a[3] >= k["least"]: out.append(tuple(a))
    return out


def names(E):
    """(first, last + 1, kind) of the best sequence of tags from E[n][1 + 2 * kinds]: outside, B- and I- of each kind."""
    k = E.shape[1]
    T, S = np.zeros((k, k)), np.zeros(k)
    for b in range(2, k, 2):
        S[b] = NEVER
        T[[a for a in range(k) if a not in (b - 1, b)], b] = NEVER
    return [(i, j, r) for r, i, j in spans(viterbi(E, T, S))]


def tree(A):
    """Heads of a sentence's n words from A[n][1 + n]; column 0 is the root, whose word gets head -1.

    Each word takes its best head. The root is the word that loses least by it. While a circle is left, the word of the
    circle that loses least takes its best head outside of what hangs on it."""
    n = len(A)
    A = np.array(A, float)
    A[np.arange(n), np.arange(n) + 1] = NEVER
    best = A[:, 1:].max(1) if n > 1 else np.zeros(n)
    root = int((A[:, 0] - best).argmax())
    head = A[:, 1:].argmax(1)
    head[root] = -1
    while True:
        lost = circle(head)
        if not lost: return head.tolist()
        gain, w, h = max((A[w, h + 1] - A[w, head[w] + 1], -w, -h) for w in lost for h in range(n) if h not in below(head, w))
        head[-w] = -h


def circle(head):
    """The words of one circle, or none."""
    for w in range(len(head)):
        seen, v = [], w
        while v != -1 and v not in seen: seen.append(v); v = int(head[v])
        if v == w and len(seen): return seen
    return []


def below(head, w):
    """w and all that hangs on it."""
    out = {w}
    while True:
        more = {v for v in range(len(head)) if int(head[v]) in out} - out
        if not more: return out
        out |= more


def mentions(V, longest=40):
    """(first, last + 1, kind) from V[kinds][n][n]: by falling score, all above 0 that cross none before; nesting is fine."""
    best, kind = V.max(0), V.argmax(0)
    n = len(best)
    todo = sorted((-best[i, j], i, j) for i in range(n) for j in range(i, min(n, i + longest)) if best[i, j] > 0)
    out = []
    for _, i, j in todo:
        if all(j < a or z < i or (a <= i and j <= z) or (i <= a and z <= j) for a, z, _ in out): out.append((i, j, int(kind[i, j])))
    return sorted(((i, j + 1, k) for i, j, k in out), key=lambda m: (m[0], -m[1]))


def groups(C):
    """A group for each of n mentions in order from C[n][1 + n]: that of its best earlier mention, or a new one (column 0)."""
    out = []
    for k, row in enumerate(C):
        a = int(np.argmax(row[:k + 1]))
        out.append(out[a - 1] if a else len(set(out)))
    return out
