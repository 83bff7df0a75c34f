"""Ask a whence server from a notebook: where does a claim come from, who says what, who deals with whom.

One file to copy; requests and pandas (2 or later) are all it needs.

    from whence import Client

    client = Client()                                         # WHENCE_URL, else http://127.0.0.1:8080
    client.trace("Quist has invited Maelis to the exercise")  # drawn, hop by hop, with the words that prove each
    client.network("Renata Quist")                            # drawn: who deals with whom, and who says so
    client.claims("invited", since="2026-04-14")              # a data frame
    client.query("{ stats { reports claims } }")              # any GraphQL, as a data frame

Times are in UTC; a naive one is taken for UTC. Places in a text are Unicode code points, end exclusive.
"""

from __future__ import annotations

import datetime as _dt
import html as _html
import itertools as _it
import json as _json
import math as _math
import os as _os
import re as _re
import time as _time
import unicodedata as _unicode
import warnings as _warnings
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional

import pandas as pd
import requests

__all__ = ["Client", "Trace", "Network", "WhenceError", "Unreachable", "QueryError", "InvalidQuery", "NotFound", "TooMuch",
           "TryLater", "ServerFault", "Truncated"]


# Errors -----------------------------------------------------------------------------------------------------------------------


class WhenceError(Exception):
    """Whatever keeps a question from being answered."""


class Unreachable(WhenceError):
    """No whence server answers at the address, or not in time."""


class QueryError(WhenceError):
    """The server's own word that it cannot answer: its code, the path of the field, and what it answered all the same."""

    def __init__(self, errors: list[dict], data: Optional[dict] = None):
        first = errors[0]
        self.code: str = str((first.get("extensions") or {}).get("code") or "")
        self.path: list = first.get("path") or []
        self.locations: list[dict] = first.get("locations") or []
        self.errors, self.data = errors, data
        where = "".join(f" (line {at.get('line')}, column {at.get('column')})" for at in self.locations[:1])
        more = f" (and {len(errors) - 1} more, in .errors)" if len(errors) > 1 else ""
        at = f"{'.'.join(map(str, self.path))}: " if self.path else ""
        super().__init__(f"{at}{first.get('message', 'no reason given')}{where}{more}")


class InvalidQuery(QueryError):
    """The query, an argument or a variable does not fit the schema."""


class NotFound(QueryError):
    """What an argument names is not in the store."""


class TooMuch(QueryError):
    """The query would touch more than the server allows at once."""


class TryLater(QueryError):
    """The server is busy, its store is away, or it took too long."""


class ServerFault(QueryError):
    """A fault of the server's."""


class Truncated(UserWarning):
    """There is more than was fetched."""


_KINDS = {"SYNTAX": InvalidQuery, "INVALID": InvalidQuery, "REFUSED": InvalidQuery, "NOT_FOUND": NotFound, "TOO_LARGE": TooMuch,
          "TOO_DEEP": TooMuch, "TOO_COSTLY": TooMuch, "TIMEOUT": TryLater, "CANCELLED": TryLater, "BUSY": TryLater,
          "UNAVAILABLE": TryLater, "INTERNAL": ServerFault}


def _failure(errors: list[dict], data: Optional[dict]) -> QueryError:
    code = (errors[0].get("extensions") or {}).get("code")
    return _KINDS.get(code if isinstance(code, str) else "", QueryError)(errors, data)


# What is asked ----------------------------------------------------------------------------------------------------------------

_REPORT = "id url title published outlet { name }"
_PROOF = "quote start end report { id }"
_DRIFT = "drift { kind from { quote } to { quote } }"
_HOP = f"""actor {{ id name kind }} stance confidence attribution {{ id cue {{ quote }} }}
  report {{ {_REPORT} }} evidence {{ {_PROOF} }} {_DRIFT}"""
_TRACE = f"""claim {{ id text }} independentOrigins withdrawn chainCount
  origin {{ actor {{ id name kind }} attribution {{ id }} report {{ {_REPORT} }} published }}
  earliest {{ {_REPORT} }} circular {{ {_REPORT} }}
  chains(first: 100) {{ end confidence withdrawn report {{ {_REPORT} }} hops {{ {_HOP} }}
    candidates {{ why score evidence {{ {_PROOF} }} report {{ {_REPORT} }} {_DRIFT} }} }}
  denials {{ {_HOP} }}
  copies {{ report {{ {_REPORT} }} of {{ {_REPORT} }} share revision withdrawn }}
  corrections {{ how published report {{ {_REPORT} }} evidence {{ {_PROOF} }} withdraws {{ id }} }}"""
_RELATION = f"""id subject {{ id name kind }} predicate class object {{ id name kind }} polarity modality confidence
  report {{ {_REPORT} }} evidence {{ {_PROOF} }} assertedBy {{ id stance sources {{ name }} }}"""
_ACTOR = "id kind name aliases roles { title of { name } }"

_TYPES = {"text": "String", "urls": "[String!]", "kinds": "[ActorKind!]", "outlets": "[ID!]", "reports": "[ID!]",
          "actors": "[ID!]", "claims": "[ID!]", "stances": "[Stance!]", "quotations": "[Quotation!]", "predicates": "[String!]",
          "polarities": "[Polarity!]", "modalities": "[Modality!]", "assertedBy": "[ID!]", "since": "DateTime",
          "until": "DateTime", "asOf": "DateTime", "ingestedAsOf": "DateTime", "minConfidence": "Float", "order": "Order",
          "first": "Int", "after": "String", "depth": "Int", "limit": "Int", "id": "ID", "from": "ID!", "to": "ID!"}
_WHEN = "since until as_of ingested_as_of "
_FILTERS = {name: frozenset(words.split()) for name, words in {
    "reports": "text urls outlets actors order " + _WHEN,
    "actors": "text kinds reports",
    "claims": "text outlets reports actors stances quotations min_confidence order " + _WHEN,
    "attributions": "text outlets reports actors claims stances quotations min_confidence order " + _WHEN,
    "relations": "text outlets reports actors predicates polarities modalities asserted_by min_confidence order " + _WHEN,
    "network": "outlets predicates polarities modalities min_confidence " + _WHEN,
    "path": "outlets predicates polarities modalities min_confidence " + _WHEN,
    "trace": "as_of ingested_as_of",
}.items()}
_PAGE = 100  # the most that the server gives at once

_DAY = _re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = _re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
_ID = _re.compile(r"[a-z]:\S+\Z")


def _moment(value: Any, last: bool) -> str:
    """A time as the server reads it. A day is its first moment or, where something is to hold as of then, its last."""
    if isinstance(value, str) and _DAY.match(value) or type(value) is _dt.date:
        return f"{value}T23:59:59.999999Z" if last else f"{value}T00:00:00Z"
    if isinstance(value, _dt.datetime) and not pd.isna(value):
        aware = value if value.tzinfo else value.replace(tzinfo=_dt.timezone.utc)
        return aware.isoformat()
    if isinstance(value, str):
        return value
    raise TypeError(f"not a time: {value!r}; give a datetime, a date, or text like 2026-04-14 or 2026-04-14T07:05:00Z")


def _arguments(of: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as a person gives them, as GraphQL's arguments."""
    out = {}
    for name, value in given.items():
        if name not in _FILTERS[of]:
            raise TypeError(f"{of} has no filter {name!r}; it has {', '.join(sorted(_FILTERS[of]))}")
        if value is None:
            continue
        argument = _re.sub(r"_(.)", lambda m: m[1].upper(), name)
        kind = _TYPES[argument]
        if kind.startswith("["):
            value = [value] if isinstance(value, str) else [str(v) for v in value]
            if kind not in ("[ID!]", "[String!]"):
                value = [v.upper() for v in value]
        elif kind == "DateTime":
            value = _moment(value, last=name.endswith("as_of"))
        elif kind == "Order":
            value = str(value).upper()
        elif kind == "Float":
            value = float(value)
        out[argument] = value
    return out


def _document(field: str, arguments: Iterable[str], selection: str, types: Mapping[str, str] = _TYPES) -> str:
    names = list(arguments)
    if not names:
        return f"query {{ {field} {{ {selection} }} }}"
    declared = ", ".join(f"${n}: {types[n]}" for n in names)
    return f"query({declared}) {{ {field}({', '.join(f'{n}: ${n}' for n in names)}) {{ {selection} }} }}"


def _plain(value: Any) -> Any:
    """What json does not know: numpy's numbers, and times."""
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, (_dt.date, _dt.datetime)):
        return _moment(value, last=False)
    if isinstance(value, (pd.Series, pd.Index, set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be sent as a variable")


class Client:
    """A whence server, asked over GraphQL. It only reads.

    url is the server's address; WHENCE_URL stands in for it. timeout is in seconds, for one answer. retries is how often a
    question is asked again when the server could not be reached, is busy, or has lost its store; never when it took too long,
    since that would be the same work again.
    """

    def __init__(self, url: Optional[str] = None, *, timeout: float = 30, retries: int = 2,
                 session: Optional[requests.Session] = None):
        url = url or _os.environ.get("WHENCE_URL") or "http://127.0.0.1:8080"
        self.url = url.rstrip("/").removesuffix("/graphql")
        self.timeout, self.retries = timeout, retries
        self._session = session or requests.Session()

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self._session.close()

    def ask(self, graphql: str, variables: Optional[Mapping[str, Any]] = None) -> dict:
        """The data of one answer, as it came. An answer with any error in it is raised as a QueryError, which holds the rest."""
        body = _json.dumps({"query": graphql, "variables": dict(variables or {})}, allow_nan=False, default=_plain).encode()
        for left in range(self.retries, -1, -1):
            wait = 0.25 * 2 ** (self.retries - left)
            try:
                reply = self._session.post(f"{self.url}/graphql", data=body, timeout=(min(5, self.timeout), self.timeout),
                                           allow_redirects=False, headers={
                                               "Content-Type": "application/json",
                                               "Accept": "application/graphql-response+json, application/json;q=0.9"})
            except requests.ReadTimeout:
                raise Unreachable(f"{self.url} did not answer within {self.timeout:g} s; ask for less, or give the Client more timeout") from None
            except requests.ConnectionError as e:
                if not left:
                    raise Unreachable(f"{self.url} does not answer. Is whence serve running there? (WHENCE_URL, or Client(url), says where)") from e
                _time.sleep(wait)
                continue
            except requests.RequestException as e:
                raise Unreachable(f"{self.url} cannot be asked: {e}") from e
            try:
                answer = reply.json()
            except ValueError:
                answer = None
            errors = answer.get("errors") if isinstance(answer, dict) else None
            if not isinstance(answer, dict) or not (errors or isinstance(answer.get("data"), dict)):
                raise Unreachable(f"{self.url} answered {reply.status_code}, and not as a whence server does")
            if not errors:
                return answer["data"]
            failure = _failure(errors, answer.get("data"))
            if not left or failure.code not in ("BUSY", "UNAVAILABLE"):
                raise failure
            told = reply.headers.get("Retry-After", "")
            _time.sleep(min(float(told), 5) if told.isdigit() else wait)
        raise AssertionError("unreachable")

    # lists

    def each(self, of: str, fields: str = "id", limit: Optional[int] = None, **filters: Any) -> Iterator[dict]:
        """Reports, actors, claims, attributions or relations one by one, with those GraphQL fields; at most limit.

        Lazy: the next page is fetched when it is reached, so that taking few costs little.
        """
        if of not in ("reports", "actors", "claims", "attributions", "relations"):
            raise TypeError(f"not a list of the server's: {of!r}")
        return (node for nodes, _ in self._pages(of, fields, limit, _arguments(of, filters)) for node in nodes)

    def _pages(self, of: str, fields: str, limit: Optional[int], arguments: dict) -> Iterator[tuple[list[dict], int]]:
        """Pages, each with how many there are on all of them, known from the first on."""
        document = _document(of, ["first", "after", *arguments],
                             f"totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }}")
        after, left, seen = None, _math.inf if limit is None else limit, set()
        while left > 0:
            page = self.ask(document, {"first": int(min(_PAGE, left)), "after": after, **arguments})[of]
            yield page["nodes"], page["totalCount"]
            left -= len(page["nodes"])
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            if after in seen or after is None:
                raise Unreachable(f"{self.url} gives the same page again and again")
            seen.add(after)

    def _list(self, of: str, fields: str, row: Callable[[dict], dict], columns: str, limit: int, filters: dict) -> pd.DataFrame:
        rows: list[dict] = []
        total = 0
        for nodes, total in self._pages(of, fields, limit, _arguments(of, filters)):
            rows += map(row, nodes)
        if len(rows) < total:
            _warnings.warn(f"{len(rows):,} of {total:,} {of}; a larger limit gives more", Truncated, stacklevel=3)
        return _frame(rows, columns.split())

    def reports(self, text: Optional[str] = None, *, limit: int = 1000, **filters: Any) -> pd.DataFrame:
        """Reports, the latest first. Filters: urls, outlets, actors, since, until, as_of, ingested_as_of, order."""
        return self._list("reports", _REPORT + " language author wire credit text", lambda r: {**r, "outlet": _outlet(r)},
                          "id outlet published title url author wire credit language text", limit, {"text": text, **filters})

    def actors(self, text: Optional[str] = None, *, limit: int = 1000, **filters: Any) -> pd.DataFrame:
        """Actors, with their names and offices. Filters: kinds, reports."""
        return self._list("actors", _ACTOR, lambda a: {**a, "roles": [_office(r) for r in a["roles"]]},
                          "id kind name aliases roles", limit, {"text": text, **filters})

    def claims(self, text: Optional[str] = None, *, limit: int = 1000, **filters: Any) -> pd.DataFrame:
        """Claims, the latest first: their words, how many wordings and attributions they have, when they first came up.

        Filters: outlets, reports, actors, stances, quotations, since, until, as_of, ingested_as_of, min_confidence, order.
        """
        def row(c: dict) -> dict:
            return {"id": c["id"], "text": c["text"], "wordings": len(c["forms"]),
                    "attributions": c["attributions"]["totalCount"], "first": c["forms"][0]["first"] if c["forms"] else None}
        return self._list("claims", "id text forms { first } attributions { totalCount }", row,
                          "id text wordings attributions first", limit, {"text": text, **filters})

    def attributions(self, text: Optional[str] = None, *, limit: int = 1000, **filters: Any) -> pd.DataFrame:
        """Who says what, where, and how: a row an attribution, the latest first. via is whose word it is had by.

        Filters: those of claims, and claims (by ID).
        """
        def row(a: dict) -> dict:
            via, proof = a["via"], a["evidence"] or {}
            return {**a, "report": _id(a["report"]), "outlet": _outlet(a["report"]), "published": (a["report"] or {}).get("published"),
                    "sources": _names(a["sources"]), "via": via and _names(via["sources"]), "claim": _id(a["claim"]),
                    "quote": proof.get("quote"), "start": proof.get("start"), "end": proof.get("end")}
        return self._list("attributions", f"""id words stance quotation confidence sources {{ name }} via {{ sources {{ name }} }}
            claim {{ id }} report {{ {_REPORT} }} evidence {{ {_PROOF} }}""", row,
                          "id published outlet sources stance words via quotation confidence quote start end claim report",
                          limit, {"text": text, **filters})

    def relations(self, text: Optional[str] = None, *, limit: int = 1000, **filters: Any) -> pd.DataFrame:
        """Who did what to whom, each on its own word, the latest first.

        Filters: outlets, reports, actors, predicates, polarities, modalities, asserted_by, since, until, as_of, ingested_as_of,
        min_confidence, order.
        """
        return self._list("relations", _RELATION, _relation, _RELATION_COLUMNS, limit, {"text": text, **filters})

    def search(self, text: str, *, limit: int = 20) -> pd.DataFrame:
        """What fits a text best, of every kind, best first; at most 100."""
        hits = self.ask("""query($text: String!, $first: Int) { search(text: $text, first: $first) { score node { kind: __typename id
            ... on Report { title } ... on Actor { name } ... on Claim { text } ... on Attribution { words }
            ... on Relation { predicate subject { name } object { name } } } } }""", {"text": text, "first": limit})["search"]
        def row(hit: dict) -> dict:
            n = hit["node"]
            words = n.get("title") or n.get("name") or n.get("text") or n.get("words")
            if n["kind"] == "Relation":
                words = f"{_name(n['subject'])} {n['predicate']} {_name(n['object'])}"
            return {"kind": n["kind"].lower(), "words": words, "score": hit["score"], "id": n["id"]}
        return _frame([row(h) for h in hits], ["kind", "words", "score", "id"])

    # questions

    def trace(self, what: str, *, as_of: Any = None, ingested_as_of: Any = None) -> "Trace":
        """Where a claim comes from: by its ID, by that of an attribution, or by words of it (then of the claims that have half
        of them the one that fits best is traced).

        as_of answers as the press stood at a time, ingested_as_of as the store did; a day means its end. Raises NotFound.
        """
        what = what.strip()
        by = "id" if _ID.match(what) else "text"
        arguments = {by: what, **_arguments("trace", {"as_of": as_of, "ingested_as_of": ingested_as_of})}
        got = self.ask(_document("trace", arguments, _TRACE), arguments)["trace"]
        if got is None:
            why = "there is no such claim" if by == "id" else "no claim has half of these words; give fewer, as the reports have them"
            raise NotFound([{"message": f"{why}: {what}", "path": ["trace"], "extensions": {"code": "NOT_FOUND"}}])
        return Trace(got)

    def network(self, *actors: str, depth: int = 1, limit: int = 500, **filters: Any) -> "Network":
        """Who deals with whom, so many relations away from actors (names or IDs); without any, all relations that match.

        Filters: outlets, predicates, polarities, modalities, since, until, as_of, ingested_as_of, min_confidence.
        """
        arguments: dict = {"depth": depth, "limit": limit, **_arguments("network", filters)}
        if actors:
            arguments["actors"] = [str(a) for a in actors]
        got = self.ask(_document("network", arguments, f"cut actors {{ {_ACTOR} }} relations {{ {_RELATION} }}"), arguments)["network"]
        return Network(got, asked=actors)

    def path(self, start: str, end: str, *, depth: int = 6, **filters: Any) -> Optional["Network"]:
        """A shortest way of relations from one actor to another, whichever way each points; None where there is none."""
        arguments = {"from": start, "to": end, "depth": depth, **_arguments("path", filters)}
        got = self.ask(_document("path", arguments, f"actors {{ {_ACTOR} }} relations {{ {_RELATION} }}"), arguments)["path"]
        return got and Network({**got, "cut": False}, asked=(start, end))

    def query(self, graphql: str, variables: Optional[Mapping[str, Any]] = None, /, *, explode: Optional[str] = None,
              limit: int = 1000, **more: Any) -> pd.DataFrame:
        """Any GraphQL, as a data frame.

        A row is an item of one path of lists: of explode ("trace.chains.hops"), else of the first list met, and the first in its
        items, and so on. What stands above repeats; an empty list leaves one row. Objects become columns named by their path,
        without the root where there is one only, and without nodes, edges and node; other lists stay lists.

        With $after declared and pageInfo { hasNextPage endCursor } asked for, the pages of the list are followed up to limit
        rows; where there is more than was fetched, that is warned of.
        """
        values = {**(variables or {}), **more}
        follows = _re.search(r"\$after\b", graphql) is not None
        rows: list[dict] = []
        seen = set()
        while True:
            data = self.ask(graphql, values)
            path = explode.split(".") if explode else _lists(data)
            rows += _rows(data, path)
            info = _page_info(data)
            if info is None or not info.get("hasNextPage"):
                break
            after = info.get("endCursor")
            if not follows or len(rows) >= limit or after is None or after in seen:
                _warnings.warn(f"there is more than these {min(len(rows), limit):,} rows; " + (
                    "a larger limit gives more" if follows else "declare $after: String, and ask for pageInfo { hasNextPage endCursor }"),
                    Truncated, stacklevel=2)
                break
            seen.add(after)
            values["after"] = after
        return _frame(_named(rows[:limit] if follows else rows))


# Answers as rows --------------------------------------------------------------------------------------------------------------


def _lists(data: Any) -> list[str]:
    """The path of the first list of objects, and of the first in its items: breadth first, since what is near the root is meant."""
    level: list[tuple[list[str], Any]] = [([], data)]
    while level:
        below = []
        for path, value in level:
            if not isinstance(value, dict):
                continue
            for key, v in value.items():
                if isinstance(v, list) and any(isinstance(i, dict) for i in v):
                    deeper: list[list[str]] = [_lists(i) for i in v]
                    return path + [key] + max(deeper, key=len)
                below.append((path + [key], v))
        level = below
    return []


def _rows(value: Any, path: list[str], at: tuple[str, ...] = ()) -> list[dict]:
    """Rows of columns, which are named by paths still."""
    if isinstance(value, list):
        return [row for item in value for row in _rows(item, path, at)] or [{}]
    if not isinstance(value, dict):
        return [{at: value}]
    same: dict = {}
    many: list[dict] = [{}]
    for key, v in value.items():
        on = bool(path) and key == path[0]
        if isinstance(v, dict) or on and isinstance(v, list):
            rows = _rows(v, path[1:] if on else [], at + (key,))
            if on:
                many = rows
            else:
                same.update(rows[0])
        else:
            same[at + (key,)] = v
    order = {k: i for i, k in enumerate(value)}  # as they were asked for
    return [dict(sorted({**same, **row}.items(), key=lambda kv: order.get(kv[0][len(at)], 0))) for row in many]


def _named(rows: list[dict]) -> list[dict]:
    paths = list(dict.fromkeys(p for row in rows for p in row))
    root = 1 if len({p[0] for p in paths}) == 1 and all(len(p) > 1 for p in paths) else 0
    short = {p: ".".join(k for k in p[root:] if k not in ("nodes", "edges", "node")) or ".".join(p) for p in paths}
    twice = {n for n in short.values() if list(short.values()).count(n) > 1}
    names = {p: ".".join(p) if n in twice else n for p, n in short.items()}
    inner = {p for p in paths if p[-2:-1] == ("pageInfo",)}
    return [{names[p]: v for p, v in row.items() if p not in inner} for row in rows]


def _page_info(data: Any) -> Optional[dict]:
    """That of the list nearest to the root."""
    level = [data]
    while level:
        for v in level:
            if isinstance(v, dict) and isinstance(v.get("pageInfo"), dict):
                return v["pageInfo"]
        level = [v for d in level if isinstance(d, dict) for v in d.values()]
    return None


def _frame(rows: list[dict], columns: Optional[list[str]] = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    for name in frame.columns:
        values = frame[name].dropna()
        if len(values) and all(isinstance(v, str) and _MOMENT.match(v) for v in values):
            try:
                frame[name] = pd.to_datetime(frame[name], format="ISO8601", utc=True)
            except (ValueError, OverflowError):
                pass  # a year that pandas does not know stays text
        elif not len(values) and name in ("published", "first"):
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def _name(actor: Optional[dict]) -> Optional[str]:
    return actor["name"] if actor else None


def _id(node: Optional[dict]) -> Optional[str]:
    return node["id"] if node else None


def _outlet(report: Optional[dict]) -> Optional[str]:
    return _name((report or {}).get("outlet"))


def _names(actors: Optional[list[dict]]) -> str:
    return ", ".join(a["name"] for a in actors or [])


def _office(role: dict) -> str:
    return role["title"] + (f" of {role['of']['name']}" if role["of"] else "")


_RELATION_COLUMNS = ("published outlet subject predicate object polarity modality sources stance quote confidence class id "
                     "subject_id object_id report start end")


def _relation(r: dict) -> dict:
    by, proof = r["assertedBy"] or {}, (r["evidence"] or [{}])[0]
    return {**r, "published": (r["report"] or {}).get("published"), "outlet": _outlet(r["report"]), "subject": _name(r["subject"]),
            "object": _name(r["object"]), "subject_id": _id(r["subject"]), "object_id": _id(r["object"]), "report": _id(r["report"]),
            # what no source asserts is on the report's own word
            "sources": _names(by.get("sources")) or (_outlet(r["report"]) if not by else ""), "stance": by.get("stance"),
            "quote": " .. ".join(e["quote"] for e in r["evidence"]), "start": proof.get("start"), "end": proof.get("end")}


# Words for people -------------------------------------------------------------------------------------------------------------

_ENDS = {"FIRST_HAND": "first-hand", "DOCUMENT": "a document", "ANONYMOUS": "anonymous", "LOOP": "a loop: the outlets cite each other",
         "NOT_IN_THE_STORE": "its own report is not in the store", "OPEN": "open: which report it cites is not known for certain",
         "NO_SOURCE_NAMED": "no source named"}
_DRIFTS = {"HEDGE_DROPPED": "a hedge was dropped", "HEDGE_ADDED": "a hedge was added",
           "INTERMEDIARY_DROPPED": "an intermediary was dropped", "VERB_SHARPENED": "the verb was sharpened",
           "VERB_SOFTENED": "the verb was softened", "NUMBER_CHANGED": "a number changed", "DATE_CHANGED": "a date changed",
           "NEGATION_CHANGED": "yes became no, or no yes"}
_HOWS = {"NOTICE": "takes it back", "TOLD_OF": "tells that it was taken back", "REVISION": "leaves it out of a later text"}
_WHYS = {"LINKED": "its address is given", "PUBLISHES": "its outlet is the one cited", "SAME_SOURCE": "it has it from the same source"}


def _words(value: Optional[str]) -> str:
    """An enum's word: FIRST_HAND is first hand."""
    return (value or "").lower().replace("_", " ")


def _when(moment: Optional[str], day: bool = True) -> str:
    try:
        at = pd.Timestamp(moment).tz_convert("UTC") if moment else None
    except (ValueError, TypeError, OverflowError):
        return str(moment)
    if at is None:
        return "time not told"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M}" if day else f"{at:%H:%M}"


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _day(moment: Optional[str]) -> str:
    return _when(moment).rsplit(",", 1)[0]


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _publisher(report: Optional[dict]) -> str:
    return _outlet(report) or "outlet not told"


def _quoted(words: str) -> str:
    """Words in quotation marks, if they do not begin with some."""
    return words if words[:1] in "“\"«„" else f"“{words}”"


def _drift_words(drift: dict) -> str:
    return f"{_DRIFTS.get(drift['kind'], _words(drift['kind']))}: “{drift['from']['quote']}” became “{drift['to']['quote']}”"


# Traces -----------------------------------------------------------------------------------------------------------------------


class Trace:
    """Where a claim comes from. In a notebook it is drawn: the reports on a time axis, whom each names, and whom it had it from.

    data is the answer as it came; chains, hops, denials, drift, copies and corrections are data frames.
    """

    def __init__(self, data: dict):
        self.data = data
        if len(data["chains"] or []) < data["chainCount"]:
            _warnings.warn(f"{len(data['chains'])} of {data['chainCount']} chains", Truncated, stacklevel=3)

    @property
    def id(self) -> str:
        """The claim's ID."""
        return self.data["claim"]["id"]

    @property
    def claim(self) -> str:
        """The claim's words, as they were first published."""
        return self.data["claim"]["text"]

    @property
    def origin(self) -> Optional[str]:
        """Who had it first; None where no source is named."""
        return _name((self.data["origin"] or {}).get("actor"))

    @property
    def origin_report(self) -> Optional[str]:
        """The outlet that has it from the origin."""
        return _outlet((self.data["origin"] or {}).get("report"))

    @property
    def earliest(self) -> Optional[pd.Timestamp]:
        """When it was first published."""
        at = (self.data["earliest"] or {}).get("published")
        return pd.Timestamp(at) if at else None

    @property
    def independent_origins(self) -> int:
        """How many sources it has that do not merely repeat one another."""
        return self.data["independentOrigins"]

    @property
    def withdrawn(self) -> bool:
        """Whether all of it depends on what was taken back."""
        return self.data["withdrawn"]

    @property
    def circular(self) -> list[list[str]]:
        """The outlets of each loop of reports that cite each other."""
        return [[_publisher(r) for r in loop] for loop in self.data["circular"] or []]

    @property
    def chains(self) -> pd.DataFrame:
        """A row a chain: from a report inwards to where it ends."""
        return _frame([{"published": (c["report"] or {}).get("published"), "outlet": _outlet(c["report"]),
                        "sources": [_name(h["actor"]) for h in c["hops"]], "end": c["end"], "confidence": c["confidence"],
                        "withdrawn": c["withdrawn"], "title": (c["report"] or {}).get("title")} for c in self.data["chains"] or []],
                      "published outlet sources end confidence withdrawn title".split())

    @property
    def hops(self) -> pd.DataFrame:
        """A row a hop of a chain, both counted from 0: in whose report stands, in which words, that it comes from whom."""
        rows = [{"chain": i, "hop": j, **_hop(h)} for i, c in enumerate(self.data["chains"] or []) for j, h in enumerate(c["hops"])]
        return _frame(rows, ["chain", "hop", *_HOP_COLUMNS])

    @property
    def denials(self) -> pd.DataFrame:
        """Who denies or doubts it, by time."""
        return _frame([_hop(h) for h in self.data["denials"] or []], _HOP_COLUMNS)

    @property
    def drift(self) -> pd.DataFrame:
        """What changed on the way from one report to the next; certain is whether the one is known to cite the other."""
        rows = []
        def add(kind_of: dict, cited: Optional[dict], citing: Optional[dict], certain: bool) -> None:
            for d in kind_of["drift"]:
                rows.append({"kind": d["kind"], "cited": _outlet(cited), "before": d["from"]["quote"], "citing": _outlet(citing),
                             "after": d["to"]["quote"], "certain": certain})
        for c in self.data["chains"] or []:
            citing = c["report"]
            for h in c["hops"]:
                add(h, h["report"], citing, True)
                citing = h["report"] or citing
            for candidate in c["candidates"]:
                add(candidate, candidate["report"], citing, False)
        return _frame(rows, "kind cited before citing after certain".split()).drop_duplicates(ignore_index=True)

    @property
    def copies(self) -> pd.DataFrame:
        """The reports that have another's words for it, and so add no source."""
        return _frame([{"published": (c["report"] or {}).get("published"), "outlet": _outlet(c["report"]), "of": _outlet(c["of"]), "share": c["share"],
                        "revision": c["revision"], "withdrawn": c["withdrawn"]} for c in self.data["copies"] or []],
                      "published outlet of share revision withdrawn".split())

    @property
    def corrections(self) -> pd.DataFrame:
        """What takes some of it back."""
        return _frame([{"published": c["published"], "outlet": _outlet(c["report"]), "how": c["how"], "quote": c["evidence"]["quote"],
                        "withdraws": len(c["withdraws"] or [])} for c in self.data["corrections"] or []],
                      "published outlet how quote withdraws".split())

    def __repr__(self) -> str:
        d = self.data
        lines = [f"“{_clean(self.claim)}”", *(f"{name:13} {_clean(text)}" for name, text, _ in self._facts())]
        for n, c in enumerate(d["chains"] or [], 1):
            way = "".join(f" ← {_name(h['actor']) or 'no source named'}" for h in c["hops"])
            gone = ", taken back since" if c["withdrawn"] else ""
            lines.append(_clean(f"{n:3}. {_publisher(c['report'])}, {_when((c['report'] or {}).get('published'))}{way}"
                                f"  ■ {_ENDS.get(c['end'], _words(c['end']))}{gone}"))
        return "\n".join(lines)

    def _facts(self) -> list[tuple[str, str, str]]:
        """What the answer comes to: label, text, and how it is shown."""
        d = self.data
        facts = []
        if d["origin"]:
            against = next((h["stance"] for c in d["chains"] or [] for h in c["hops"] if _id(h["attribution"]) == _id(d["origin"]["attribution"])
                            and h["stance"] in _AGAINST), "")  # nobody speaks for it
            facts.append(("origin", f"{self.origin or 'a source not named'}{', who ' + _words(against) + ' it' if against else ''}, in "
                          f"{_publisher(d['origin']['report'])}, {_when(d['origin']['published'])}", "deny" if against else "origin"))
        elif d["chains"]:
            facts.append(("origin", "no source is named", ""))
        copies = [c for c in d["copies"] or [] if not c["revision"]]
        later = len(d["copies"] or []) - len(copies)
        left = " and ".join(_count(n, one) for n, one in ((len(copies), "copy"), (later, "later text")) if n)
        facts.append(("independent", _count(d["independentOrigins"], "origin") + (f" ({left} left out)" if left else ""), ""))
        for h in d["denials"] or []:
            facts.append((_words(h["stance"]), f"{_name(h['actor']) or 'no source named'}, in {_publisher(h['report'])}, "
                          f"{_when((h['report'] or {}).get('published'))}", "deny"))
        for loop in self.circular:
            facts.append(("circular", " and ".join(loop) + (" cite each other" if len(loop) > 1 else " cites itself"), "warn"))
        if d["withdrawn"]:
            facts.append(("withdrawn", "all of it depends on what was taken back", "deny"))
        for c in d["corrections"] or []:
            facts.append(("corrected", f"{_publisher(c['report'])}, {_when(c['published'])}, {_HOWS.get(c['how'], _words(c['how']))}", "deny"))
        return facts

    def svg(self) -> str:
        """The chains as a drawing: a document of its own, which follows the reader's dark or light."""
        return _draw_trace(self.data)

    def _repr_html_(self) -> str:
        facts = "".join(f'<span class="l">{_esc(name)}</span><span class="{kind}">{_esc(text)}</span>' for name, text, kind in self._facts())
        return (f'<div class="whence">{_STYLE}<div class="said">“{_esc(self.claim)}”</div><div class="facts">{facts}</div>'
                f"{_draw_trace(self.data, alone=False)}</div>")


_AGAINST = ("DENIES", "DOUBTS")
_HOP_COLUMNS = "published outlet source kind stance quote confidence start end report attribution".split()


def _hop(h: dict) -> dict:
    r, e = h["report"] or {}, h["evidence"] or {}
    return {"published": r.get("published"), "outlet": _outlet(r), "source": _name(h["actor"]), "kind": (h["actor"] or {}).get("kind"),
            "stance": h["stance"], "quote": e.get("quote"), "confidence": h["confidence"], "start": e.get("start"), "end": e.get("end"),
            "report": r.get("id"), "attribution": _id(h["attribution"])}


def _count(n: int, one: str) -> str:
    return f"{n:,} {one if n == 1 else one[:-1] + 'ies' if one.endswith('y') else one + 's'}"


class Network:
    """Relations between actors, each on its own word. In a notebook it is drawn: solid for what is said to be so, dashed red for
    what is said not to be so, dotted for what is planned or possible. asked are the actors in question.
    """

    def __init__(self, data: dict, asked: Iterable[str] = ()):
        self.data, self.asked = data, tuple(asked)
        if data["cut"]:
            _warnings.warn(f"there are more than these {len(data['relations']):,} relations; a larger limit gives more", Truncated, stacklevel=3)

    @property
    def relations(self) -> pd.DataFrame:
        """A row a relation, by time."""
        return _frame([_relation(r) for r in self.data["relations"]], _RELATION_COLUMNS.split()).sort_values("published", kind="stable", ignore_index=True)

    @property
    def actors(self) -> pd.DataFrame:
        """A row an actor, with how many of the relations it has."""
        ends = [e for r in self.data["relations"] for e in {_id(r["subject"]), _id(r["object"])}]
        return _frame([{**a, "roles": [_office(r) for r in a["roles"]], "relations": ends.count(a["id"])} for a in self.data["actors"] or []],
                      "id kind name aliases roles relations".split())

    @property
    def cut(self) -> bool:
        """Whether there were more than the limit."""
        return self.data["cut"]

    def __repr__(self) -> str:
        return "\n".join([f"{_count(len(self.data['actors'] or []), 'actor')}, {_count(len(self.data['relations']), 'relation')}",
                          *(_clean(f"  {_name(a.subject)} {a.label} {_name(a.object)}" + (f" ×{len(a.relations)}" if len(a.relations) > 1 else "")) for a in _arrows(self.data))])

    def svg(self) -> str:
        """The network as a drawing: a document of its own, which follows the reader's dark or light."""
        return _draw_network(self.data, self.asked)

    def _repr_html_(self) -> str:
        return f'<div class="whence">{_STYLE}{_draw_network(self.data, self.asked, alone=False)}</div>'


# Drawing ----------------------------------------------------------------------------------------------------------------------

_LIGHT = ("--g:#fbfaf7;--c:#fff;--n:#dcd8ce;--e:#8b8677;--i:#1f2227;--m:#5c616b;--a:#155a82;--r:#a3293a;--rs:#fbe6e6;"
          "--o:#0f6b4f;--os:#e2f3ec;--w:#8a4b00")
_DARK = ("--g:#15171b;--c:#1d2025;--n:#363b43;--e:#868c96;--i:#e9e6df;--m:#a5abb6;--a:#86c5ec;--r:#ff9c9c;--rs:#45242a;"
         "--o:#7fd6b4;--os:#1c3b30;--w:#f0b469")
_SANS = "system-ui,-apple-system,'Segoe UI','Helvetica Neue','Liberation Sans',Arial,sans-serif"
_SERIF = "'Iowan Old Style','Palatino Linotype',Georgia,'Liberation Serif',serif"
# The page's own choice of dark or light, where it makes one, goes before the system's.
_CSS = f""".whence{{{_LIGHT};background:var(--g);color:var(--i);color-scheme:light}}
@media(prefers-color-scheme:dark){{.whence{{{_DARK};color-scheme:dark}}}}
[data-jp-theme-light=true] .whence,[data-theme=light] .whence,.vscode-light .whence{{{_LIGHT};color-scheme:light}}
[data-jp-theme-light=false] .whence,[data-theme=dark] .whence,.vscode-dark .whence{{{_DARK};color-scheme:dark}}
div.whence{{padding:14px 16px;border-radius:8px;font:14px/1.45 {_SANS};max-width:980px;overflow-x:auto;box-sizing:border-box}}
.whence .said{{font:18px/1.4 {_SERIF};margin:0 0 8px;max-width:52em;unicode-bidi:plaintext;overflow-wrap:anywhere}}
.whence .facts{{display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;margin:0 0 12px;font-size:13px}}
.whence .facts .l{{color:var(--m)}}.whence .facts .origin{{color:var(--o);font-weight:600}}
.whence .facts .deny{{color:var(--r)}}.whence .facts .warn{{color:var(--w)}}
.whence svg{{display:block;max-width:none}}
.whence text{{font:13px {_SANS};fill:var(--i)}}.whence .b{{font-weight:650}}.whence .s{{font-size:11.5px}}
.whence .m{{fill:var(--m)}}.whence .q{{font:italic 13px {_SERIF};fill:var(--m)}}
.whence .R{{fill:var(--r)}}.whence .O{{fill:var(--o)}}.whence .W{{fill:var(--w)}}.whence .end{{text-anchor:end}}.whence .mid{{text-anchor:middle}}
.whence .box{{fill:var(--c);stroke:var(--e)}}.whence .box.o{{fill:var(--os);stroke:var(--o);stroke-width:1.5}}
.whence .box.r{{fill:var(--rs);stroke:var(--r)}}.whence .box.f{{stroke:var(--a);stroke-width:2}}.whence .box.gone{{stroke-dasharray:4 3;stroke:var(--r)}}
.whence .struck{{text-decoration:line-through}}
.whence .axis{{stroke:var(--n);fill:none;stroke-width:2}}.whence .dot{{fill:var(--a);stroke:var(--g);stroke-width:2}}.whence .dot.r{{fill:var(--r)}}.whence .dot.o{{fill:var(--o)}}
.whence .arc{{fill:none;stroke:var(--a);stroke-width:1.5}}.whence .arc.no{{stroke:var(--r);stroke-dasharray:7 4}}
.whence .arc.may{{stroke:var(--w);stroke-dasharray:1.5 4;stroke-linecap:round;stroke-width:2}}.whence .arc.no.may{{stroke:var(--r)}}
.whence .tip{{fill:var(--a)}}.whence .tip.no{{fill:var(--r)}}.whence .tip.may{{fill:var(--w)}}.whence .tip.no.may{{fill:var(--r)}}
.whence .halo{{paint-order:stroke;stroke:var(--g);stroke-width:8px;stroke-linejoin:round}}.whence .wash{{fill:var(--g)}}"""
_STYLE = f"<style>{_CSS}</style>"


def _clean(text: Any) -> str:
    """Text on one line, without what could not stand in XML, or would turn what stands beside it around."""
    text = "".join(" " if c.isspace() else c for c in str(text))
    return "".join("\ufffd" if _unicode.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff" else c for c in text
                   if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"))


def _esc(text: Any) -> str:
    return _html.escape(_clean(text), quote=True)


def _width(text: str, size: float = 13) -> float:
    """About how wide a text is, in pixels; rather more than less."""
    wide = 0.0
    for c in text:
        if _unicode.east_asian_width(c) in "WF":
            wide += 1.04
        elif _unicode.combining(c):
            continue
        elif c in "iljI.,:;'|!()[]·‘’ ft":
            wide += 0.36
        elif c in "mwMW%@—…":
            wide += 0.96
        elif c.isupper() or c.isdigit():
            wide += 0.69
        else:
            wide += 0.6
    return wide * size


def _fit(text: Any, width: float, size: float = 13) -> str:
    text = _clean(text)
    if _width(text, size) <= width:
        return text
    left, cut = width - _width("…", size), 0
    for c in text:
        left -= _width(c, size)
        if left < 0:
            break
        cut += 1
    return text[:cut].rstrip() + "…"


def _text(x: float, y: float, text: str, kind: str = "", title: str = "") -> str:
    told = f"<title>{_esc(title)}</title>" if title else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{_esc(text)}{told}</text>'


def _svg(width: float, height: float, body: Iterable[str], label: str, alone: bool) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    ground = f'<style>{_html.escape(_CSS, quote=False)}</style><rect class="wash" width="100%" height="100%"/>' if alone else ""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{_esc(label)}"{" class=" + chr(34) + "whence" + chr(34) if alone else ""}>'
            f"{ground}{''.join(body)}</svg>")


class _Line:
    """What one report says of the claim: whom it names, up to where its chain ends or goes on in another report."""

    def __init__(self, hops: list[dict]):
        self.hops = hops
        self.to: Optional[str] = None  # the report in which it goes on
        self.end, self.gone = "", True
        self.notes: list[tuple[str, str]] = []  # text and style


class _Row:
    """One report on the time axis."""

    def __init__(self, report: Optional[dict]):
        self.report = report or {}
        self.lines: dict[Any, _Line] = {}
        self.notes: list[tuple[str, str]] = []
        self.y = 0.0


def _assemble(d: dict) -> list[_Row]:
    """The reports of a trace, the earliest first, each with what it says."""
    rows: dict[str, _Row] = {}
    def row(report: Optional[dict]) -> _Row:
        return rows.setdefault((report or {}).get("id", ""), _Row(report))
    for c in d["chains"] or []:
        row(c["report"])
        parts = [list(g) for _, g in _it.groupby(c["hops"], key=lambda h: _id(h["report"]) or "")]
        if not parts or _id(parts[0][0]["report"]) != _id(c["report"]):
            parts.insert(0, [])
        for i, hops in enumerate(parts):
            at = row(hops[0]["report"] if hops else c["report"])
            last = i == len(parts) - 1
            to = None if last else _id(parts[i + 1][0]["report"])
            key = (tuple((_id(h["attribution"]), _id(h["actor"])) for h in hops), to, c["end"] if last else "")
            line = at.lines.setdefault(key, _Line(hops))
            line.to, line.gone = to, line.gone and c["withdrawn"]
            if last:
                line.end = c["end"]
                for candidate in c["candidates"]:
                    why = ", ".join(_WHYS.get(w, _words(w)) for w in candidate["why"])
                    r = candidate["report"] or {}
                    line.notes.append((f"? could be {_publisher(r)}, {_when(r.get('published'))} ({_percent(candidate['score'])} of it; {why})", "m"))
                    line.notes += [(f"≠ then {_drift_words(x)}", "W") for x in candidate["drift"]]
            else:
                line.notes += [(f"≠ {_drift_words(x)}", "W") for h in parts[i + 1] for x in h["drift"]]
    for h in d["denials"] or []:
        row(h["report"]).lines[("denial", _id(h["attribution"]), _id(h["actor"]))] = line = _Line([h])
        line.gone = False
    for c in d["corrections"] or []:
        at = row(c["report"])
        at.notes.append((f"✗ {_HOWS.get(c['how'], _words(c['how']))}: “{c['evidence']['quote']}”", "R"))
    for c in d["copies"] or []:
        what = "a later text at the same address" if c["revision"] else f"{_percent(c['share'])} the same words"
        gone = ", taken back since" if c["withdrawn"] else ""
        row(c["of"]).notes.append((f"= {_publisher(c['report'])}, {_when((c['report'] or {}).get('published'))}: {what}{gone}", "m"))
    for r in rows.values():
        for line in r.lines.values():
            line.notes = list(dict.fromkeys(line.notes))
        r.notes = list(dict.fromkeys(r.notes))
    return sorted(rows.values(), key=lambda r: (r.report.get("published") or "9", r.report.get("id") or ""))


def _draw_trace(d: dict, alone: bool = True) -> str:
    rows = _assemble(d)
    index = {r.report.get("id", ""): i for i, r in enumerate(rows)}
    arcs = sorted({(i, index[line.to]) for i, r in enumerate(rows) for line in r.lines.values() if line.to in index and index[line.to] != i},
                  key=lambda a: abs(a[0] - a[1]))
    reach = {a: min(26 + 16 * abs(a[0] - a[1]), 90) for a in arcs}
    axis, right = 112, 948
    left = axis + 24 + max([0, *reach.values()]) * 0.78
    origin = d["origin"] or {}
    body, y, day = [], 6.0, None
    for r in rows:
        today = _day(r.report.get("published"))
        if today != day:
            y += 8 if day else 0
            body.append(_text(axis - 16, y + 15, today, "b s end"))
            day, y = today, y + (20 if r.report.get("published") else 0)
        r.y = y + 11
        stances = [h["stance"] for line in r.lines.values() for h in line.hops]
        against = all(s in _AGAINST for s in stances) and (stances or any(style == "R" for _, style in r.notes))
        kind = " r" if against else " o" if (origin.get("report") or {}).get("id") == r.report.get("id", "") else ""
        if r.report.get("published"):
            body.append(_text(axis - 16, y + 16, _when(r.report["published"], day=False), "m end"))
        outlet = _fit(_publisher(r.report), 300)
        headline = _fit(r.report.get("title") or "", right - left - _width(outlet) * 1.1 - 10, 11.5)
        about = f"{_publisher(r.report)}, {_when(r.report.get('published'))} UTC\n{r.report.get('title') or ''}\n{r.report.get('url') or ''}"
        body.append(f'<text x="{left:.0f}" y="{y + 16:.0f}"><title>{_esc2(about)}</title><tspan class="b">{_esc(outlet)}</tspan>'
                    f'<tspan class="m s" dx="8">{_esc(headline)}</tspan></text>')
        body.append(f'<circle class="dot{kind}" cx="{axis}" cy="{r.y:.0f}" r="6"/>')
        y += 24
        for line in r.lines.values():
            drawn, y = _draw_line(line, left, right, y, d, index, r)
            body += drawn
        for text, style in r.notes:
            body.append(_text(left, y + 14, _fit(text, right - left, 12), f"s {style}", text))
            y += 18
        y += 14
    if not rows:
        body.append(_text(axis, 24, "No report asserts it.", "m"))
        y = 40
    back = []
    if rows:
        back.append(f'<path class="axis" d="M{axis} {rows[0].y:.0f}V{rows[-1].y:.0f}"/>')
    for i, j in arcs:
        a, b, dx = rows[i].y, rows[j].y, reach[i, j]
        up = -1 if b < a else 1
        start, stop = a + 5 * up, b - 7 * up
        title = f"{_publisher(rows[i].report)} has it from {_publisher(rows[j].report)}"
        back.append(f'<g><path class="arc" d="M{axis + 5} {start:.0f}C{axis + dx} {start:.0f} {axis + dx} {stop:.0f} {axis + 13} {stop:.0f}"/>'
                    f'<path class="tip" d="M{axis + 6} {stop:.0f}l9 -4.5v9z"/><title>{_esc(title)}</title></g>')
    return _svg(960, y, back + body, f"Where it comes from: {d['claim']['text']}", alone)


def _draw_line(line: _Line, left: float, right: float, y: float, d: dict, index: dict, at: _Row) -> tuple[list[str], float]:
    body, x = [], left
    origin = (_id((d["origin"] or {}).get("attribution")), _id((d["origin"] or {}).get("actor")))
    for i, h in enumerate(line.hops):
        proof = (h["evidence"] or {}).get("quote") or ""
        name = _fit(_name(h["actor"]) or "no source named", 300)
        before = "←" if i == 0 else "citing"
        against = h["stance"] in _AGAINST
        if h["stance"] != "ASSERTS":
            before = f"← {_words(h['stance'])}:" if i == 0 else f"citing, {_words(h['stance'])}:"
        wide = _width(before) + 6 + _width(name) + 20 + 40
        if x > left and x + wide > right:
            x, y = left + 20, y + 28
        body.append(_text(x, y + 17, before, "R" if against else "m"))
        x += _width(before) + 6
        box = "r" if against else ("o" if (_id(h["attribution"]), _id(h["actor"])) == origin and not line.to and i == len(line.hops) - 1 else "")
        gone = line.gone
        w = _width(name) + 18
        title = f"{_quoted(proof)}\n{_words(h['stance'])}, {_percent(h['confidence'])} sure that it stands in {_publisher(h['report'])} so"
        body.append(f'<g><title>{_esc2(title)}</title><rect class="box {box}{" gone" if gone else ""}" x="{x:.0f}" y="{y + 1:.0f}" width="{w:.0f}" height="23" rx="11.5"/>'
                    + _text(x + w / 2, y + 17, name, "mid struck" if gone else "mid") + "</g>")
        x += w + 6
        sure = _percent(h["confidence"])
        body.append(_text(x, y + 17, sure, "m s"))
        x += _width(sure, 11.5) + 10
    tail, style = "", "m"
    if line.to is not None and line.to in index:
        tail = "as in its own report" if line.hops else "as in the report that it copies"
    elif line.end:
        tail = f"■ {_ENDS.get(line.end, _words(line.end))}"
    if line.gone:
        tail, style = f"{tail} ✗ taken back since".strip(), "R"
    if tail:
        if x > left and x + _width(tail, 11.5) > right:
            x, y = left + 20, y + 24
        body.append(_text(x, y + 17, tail, f"s {style}"))
    y += 27
    words = (line.hops[-1]["evidence"] or {}).get("quote") if line.hops else ""
    if words:
        body.append(_text(left + 18, y + 12, _fit(_quoted(words), right - left - 18, 11), "q", words))
        y += 19
    for text, style in line.notes:
        body.append(_text(left + 18, y + 12, _fit(text, right - left - 18, 12), f"s {style}", text))
        y += 18
    return body, y + 3


def _esc2(text: str) -> str:
    """Text that keeps its lines, for a title."""
    return "\n".join(_esc(line) for line in text.split("\n"))


# A network's drawing

_MOST = 40  # actors that are drawn


class _Arrow:
    """The relations from one actor to another with the same predicate, polarity and modality."""

    def __init__(self, subject: dict, object: dict, first: dict):
        self.subject, self.object, self.relations = subject, object, [first]
        self.negated, self.modality = first["polarity"] == "NEGATED", first["modality"]
        self.label = ("not " if self.negated else "") + _words(first["predicate"])
        if self.modality != "ACTUAL":
            self.label += f" ({_words(self.modality)})"

    @property
    def style(self) -> str:
        return (" no" if self.negated else "") + (" may" if self.modality != "ACTUAL" else "")

    @property
    def title(self) -> str:
        lines = []
        for r in self.relations:
            by = r["assertedBy"]
            who = (_names(by["sources"]) or "no source named") + (f" {_words(by['stance'])}" if by["stance"] != "ASSERTS" else "") if by else "the report itself"
            lines.append(f"{who}, in {_publisher(r['report'])}, {_when((r['report'] or {}).get('published'))}: “{' .. '.join(e['quote'] for e in r['evidence'])}”")
        return "\n".join(lines[:12] + ([f"and {len(lines) - 12} more"] if len(lines) > 12 else []))


def _arrows(d: dict) -> list[_Arrow]:
    out: dict[tuple, _Arrow] = {}
    for r in d["relations"]:
        if not r["subject"] or not r["object"]:
            continue
        key = (r["subject"]["id"], r["object"]["id"], r["predicate"], r["polarity"], r["modality"])
        if key in out:
            out[key].relations.append(r)
        else:
            out[key] = _Arrow(r["subject"], r["object"], r)
    return list(out.values())


def _places(sizes: list[tuple[float, float]], gaps: dict[tuple[int, int], tuple[float, float]]) -> list[list[float]]:
    """Where boxes of these sizes stand, the connected ones with gaps for what stands between them: each connected part by springs and
    repulsion from a circle, and the parts in rows. The same for the same input.
    """
    parts: list[list[int]] = []
    left = list(range(len(sizes)))
    while left:
        part, new = [], [left[0]]
        while new:
            part += new
            left = [i for i in left if i not in new]
            new = [i for i in left if any((i, j) in gaps or (j, i) in gaps for j in new)]
        parts.append(part)
    at = [[0.0, 0.0] for _ in sizes]
    x = y = deep = 0.0
    for part in sorted(parts, key=len, reverse=True):
        own = _springs([sizes[i] for i in part], {(a, b): gaps[i, j] for a, i in enumerate(part) for b, j in enumerate(part) if (i, j) in gaps and a != b})
        x0, x1 = min(p[0] - sizes[i][0] / 2 for i, p in zip(part, own)), max(p[0] + sizes[i][0] / 2 for i, p in zip(part, own))
        y0, y1 = min(p[1] - sizes[i][1] / 2 for i, p in zip(part, own)), max(p[1] + sizes[i][1] / 2 for i, p in zip(part, own))
        room = max([28.0, *(by / 2 + 10 for (i, j), (_, by) in gaps.items() if i in part)])  # for arrows that swing out
        if x and x + x1 - x0 > _WIDE:
            x, y, deep = 0.0, y + deep, 0.0
        for i, p in zip(part, own):
            at[i] = [p[0] - x0 + x, p[1] - y0 + y + room / 2]
        x, deep = x + x1 - x0 + 48, max(deep, y1 - y0 + room)
    return at


_WIDE = 900.0  # that a drawing is about


def _springs(sizes: list[tuple[float, float]], gaps: dict[tuple[int, int], tuple[float, float]]) -> list[list[float]]:
    n = len(sizes)
    if n == 2:  # who does it stands on the left
        (i, j), (between, _) = next(iter(gaps.items()))
        return [[k * ((sizes[0][0] + sizes[1][0]) / 2 + between), 0.0] for k in ((0, 1) if i < j else (1, 0))]
    near = 110.0 + 60 / n
    around = near * _math.sqrt(n) / 2
    at = [[-around * _math.cos(2 * _math.pi * i / n), -around * _math.sin(2 * _math.pi * i / n)] for i in range(n)]
    rounds = 250 if n <= 30 else 120
    for step in range(rounds):
        push = [[-0.06 * x, -0.14 * y] for x, y in at]  # to the middle; wider than high
        for i in range(n):
            for j in range(i):
                dx, dy = at[i][0] - at[j][0], at[i][1] - at[j][1]
                far = _math.sqrt(dx * dx + dy * dy) or 0.01
                force = near * near / far / far if far < 2.5 * near else 0.0  # only the near ones push, or all would drift apart
                if (i, j) in gaps or (j, i) in gaps:
                    force -= far / near
                for k, sign in ((i, 1), (j, -1)):
                    push[k][0] += sign * dx * force
                    push[k][1] += sign * dy * force
        most = near * 0.6 * (1 - step / rounds) + 1
        for p, (dx, dy) in zip(at, push):
            far = _math.sqrt(dx * dx + dy * dy) or 0.01
            p[0] += dx / far * min(far, most)
            p[1] += dy / far * min(far, most)
    span = max(p[0] for p in at) - min(p[0] for p in at)
    stretch = max(1.0, min(1.7, (_WIDE - 140) / max(span, 1)))
    for p in at:
        p[0] *= stretch
    for _ in range(150):  # no box on another, and room for the words between them
        moved = False
        for i in range(n):
            for j in range(i):
                gap = gaps.get((i, j)) or gaps.get((j, i)) or (24.0, 26.0)
                over_x = (sizes[i][0] + sizes[j][0]) / 2 + gap[0] - abs(at[i][0] - at[j][0])
                over_y = (sizes[i][1] + sizes[j][1]) / 2 + gap[1] - abs(at[i][1] - at[j][1])
                if over_x > 0 and over_y > 0:
                    k, by = (0, over_x) if over_x < over_y else (1, over_y)
                    sign = 1 if at[i][k] >= at[j][k] else -1
                    at[i][k] += sign * by / 2
                    at[j][k] -= sign * by / 2
                    moved = True
        if not moved:
            break
    return at


def _draw_network(d: dict, asked: Iterable[str], alone: bool = True) -> str:
    arrows = _arrows(d)
    actors = {a["id"]: a for a in d["actors"] or []}
    for a in arrows:
        actors.setdefault(a.subject["id"], a.subject)
        actors.setdefault(a.object["id"], a.object)
    degree = dict.fromkeys(actors, 0)
    for a in arrows:
        degree[a.subject["id"]] += len(a.relations)
        degree[a.object["id"]] += len(a.relations)
    meant = {i for i, a in actors.items() if {i, a["name"], *a.get("aliases", ())} & set(asked)}
    shown = sorted(actors, key=lambda i: (i not in meant, -degree[i], actors[i]["name"], i))[:_MOST]
    if not shown:
        return _svg(960, 44, [_text(8, 26, "No relation matches.", "m")], "No relation matches", alone)
    number = {id: i for i, id in enumerate(shown)}
    drawn = [a for a in arrows if a.subject["id"] in number and a.object["id"] in number]

    labels, sizes = [], []
    for id in shown:
        a = actors[id]
        name, role = _fit(a["name"], 200), _fit(", ".join(_office(r) for r in a.get("roles", ())[:2]) or _words(a["kind"]), 210, 11.5)
        labels.append((name, role))
        sizes.append((max(_width(name) * 1.1, _width(role, 11.5)) + 24, 44.0))
    pairs: dict[tuple[int, int], list[_Arrow]] = {}
    for a in drawn:
        i, j = number[a.subject["id"]], number[a.object["id"]]
        pairs.setdefault((j, i) if (j, i) in pairs else (i, j), []).append(a)
    at = _places(sizes, {p: (max(_width(_told(a), 12) for a in group) + 70, 19.0 * len(group) + 34) for p, group in pairs.items()})

    lines, words = [], []
    taken = [(x, y, w / 2, h / 2) for (x, y), (w, h) in zip(at, sizes)]  # middles and half sizes
    points = [(x + sx * w / 2, y + sy * h / 2) for (x, y), (w, h) in zip(at, sizes) for sx in (-1, 1) for sy in (-1, 1)]
    for (i, j), group in pairs.items():
        widest = max(_width(_told(a), 12) for a in group)
        for k, a in enumerate(group):
            s, t = number[a.subject["id"]], number[a.object["id"]]
            if s == t:
                curve = _loop(at[s], sizes[s], k)
            else:
                (x1, y1), (x2, y2) = at[i], at[j]
                far = _math.hypot(x2 - x1, y2 - y1) or 1
                nx, ny = -(y2 - y1) / far, (x2 - x1) / far
                gap = (widest + 14) * abs(nx) + 19 * abs(ny)  # so that the labels stand beside each other
                by = (k - (len(group) - 1) / 2) * gap
                mid = ((x1 + x2) / 2 + 2 * by * nx, (y1 + y2) / 2 + 2 * by * ny)
                ends = (at[s], at[t])
                curve = _between(ends[0], mid, ends[1], sizes[s], sizes[t])
            (ax, ay), (cx, cy), (bx, by2) = curve
            angle = _math.atan2(by2 - cy, bx - cx)
            tip = " ".join(f"{bx - 10 * _math.cos(angle + o):.1f} {by2 - 10 * _math.sin(angle + o):.1f}" for o in (-0.42, 0.42))
            half = _width(_told(a), 12) / 2 + 2
            for u in (0.5, 0.42, 0.58, 0.33, 0.67, 0.25, 0.75):  # where nothing else stands; in the worst case only the title tells
                lx, ly = ((1 - u) ** 2 * p + 2 * u * (1 - u) * q + u * u * r for p, q, r in ((ax, cx, bx), (ay, cy, by2)))
                if not any(abs(lx - x) < half + w and abs(ly - y) < 9 + h for x, y, w, h in taken):
                    break
            else:
                lx = None
            title = f"<title>{_esc(_name(a.subject))} {_esc(a.label)} {_esc(_name(a.object))}\n{_esc2(a.title)}</title>"
            lines.append(f'<g><path class="arc{a.style}" d="M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by2:.1f}"/>'
                         f'<path class="tip{a.style}" d="M{bx:.1f} {by2:.1f}L{tip}z"/>{title}</g>')
            colour = "R" if a.negated else "W" if a.modality != "ACTUAL" else ""
            if lx is not None:
                taken.append((lx, ly, half, 7))
                points += [(lx - half, ly - 12), (lx + half, ly + 12)]
                words.append(f'<g>{title}{_text(lx, ly + 4, _told(a), f"s mid halo {colour}".strip())}</g>')
    boxes = []
    for id, (x, y), (w, h), (name, role) in zip(shown, at, sizes, labels):
        boxes.append(f'<g><title>{_esc(actors[id]["name"])}, {_esc(_words(actors[id]["kind"]))}</title>'
                     f'<rect class="box{" f" if id in meant else ""}" x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:.0f}" rx="8"/>'
                     + _text(x, y - 3, name, "b mid") + _text(x, y + 14, role, "m s mid") + "</g>")
    x0, x1 = min(x for x, _ in points) - 12, max(x for x, _ in points) + 12
    y0, y1 = min(y for _, y in points) - 12, max(y for _, y in points) + 12
    width, height = max(x1 - x0, 560), y1 - y0
    shift = f'<g transform="translate({-x0 + (width - (x1 - x0)) / 2:.1f} {-y0:.1f})">'
    foot, x = [], 12.0
    for style, colour, text in (("", "", "said to be so"), (" no", "R", "said not to be so"), (" may", "W", "planned or possible")):
        foot.append(f'<path class="arc{style}" d="M{x:.0f} {height + 16:.0f}h30"/>' + _text(x + 38, height + 20, text, f"s {colour or 'm'}"))
        x += 38 + _width(text, 11.5) + 26
    missing = len(actors) - len(shown)
    if missing or d["cut"]:
        more = [f"{_count(missing, 'actor')} with fewer relations {'is' if missing == 1 else 'are'} not drawn (.actors has all)"] if missing else []
        foot.append(_text(12, height + 42, "; ".join(more + (["there are more than were asked for (limit)"] if d["cut"] else [])), "s W"))
        height += 22
    return _svg(width, height + 34, [shift, *lines, *boxes, *words, "</g>", *foot], f"{_count(len(shown), 'actor')} and their relations", alone)


def _told(a: _Arrow) -> str:
    return _fit(a.label, 190, 12) + (f" ×{len(a.relations)}" if len(a.relations) > 1 else "")


def _between(a: list, c: tuple, b: list, size_a: tuple, size_b: tuple) -> tuple:
    """A curve from one box's rim to another's."""
    def point(t: float) -> tuple[float, float]:
        u = 1 - t
        return u * u * a[0] + 2 * u * t * c[0] + t * t * b[0], u * u * a[1] + 2 * u * t * c[1] + t * t * b[1]
    def out(p: tuple, at: list, size: tuple, more: float) -> bool:
        return abs(p[0] - at[0]) > size[0] / 2 + more or abs(p[1] - at[1]) > size[1] / 2 + more
    steps = [i / 80 for i in range(81)]
    t0 = next((t for t in steps if out(point(t), a, size_a, 1)), 0.0)
    t1 = next((t for t in reversed(steps) if out(point(t), b, size_b, 3)), 1.0)
    if t1 <= t0:
        t0, t1 = 0.0, 1.0
    # the same curve between t0 and t1
    def blend(s: float, t: float) -> tuple[float, float]:
        w = ((1 - s) * (1 - t), s + t - 2 * s * t, s * t)
        return w[0] * a[0] + w[1] * c[0] + w[2] * b[0], w[0] * a[1] + w[1] * c[1] + w[2] * b[1]
    return point(t0), blend(t0, t1), point(t1)


def _loop(at: list, size: tuple, k: int) -> tuple:
    """From an actor to itself: a curve over its box."""
    x, y, up = at[0], at[1] - size[1] / 2, 60 + 34 * k
    return (x - 30, y), (x, y - 2 * up), (x + 30, y - 3)
