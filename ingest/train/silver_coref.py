"""Silver coreference for texts that have none: what Stanford CoreNLP wrote of them, as data.who_is_who reads it.

  silver_coref.py FOLDER OUT.jsonl     FOLDER: NAME.txt.id (the text's id, JSON) and NAME.txt.json (CoreNLP's output) of each text

CoreNLP 4.5.10 (GPL-3.0; a tool, nothing of it is kept here) with -annotators tokenize,ssplit,pos,lemma,ner,depparse,coref -coref.algorithm
fastneural -coref.md.type dep -coref.md.isTraining true -ssplit.newlineIsSentenceBreak two -outputFormat json, on texts of 1,500 to 6,500
characters. A line of OUT: {"id", "mentions": [[start, end, group], ..]}, places in code points.
"""
import glob, json, os, sys


def mentions(doc):
    at = lambda k, t: (doc["sentences"][k]["tokens"][t].get("codepointOffsetBegin", doc["sentences"][k]["tokens"][t]["characterOffsetBegin"]),
                       doc["sentences"][k]["tokens"][t].get("codepointOffsetEnd", doc["sentences"][k]["tokens"][t]["characterOffsetEnd"]))
    return [[at(m["sentNum"] - 1, m["startIndex"] - 1)[0], at(m["sentNum"] - 1, m["endIndex"] - 2)[1], g] for g, ms in doc["corefs"].items() if len(ms) > 1 for m in ms]


with open(sys.argv[2], "w", encoding="utf8") as out:
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.txt.json"))):
        try: doc = json.load(open(path, encoding="utf8"))
        except ValueError: continue     # still being written
        out.write(json.dumps(dict(id=json.load(open(path[:-5] + ".id")), mentions=mentions(doc))) + "\n")
