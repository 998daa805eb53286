"""The centre that the benchmarks work on: a made-up corpus with this folder's settings and definitions."""
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLLECTIONS = ("lieux", "outils", "docs")
# What the corpus calls `description` and `date` is built in here.
RENAMED = (("\ndescription: ", "\nsummary: "), ("\ndate: ", "\nupdated: "))


def centre(corpus, folder):
    """The corpus as a project of ours; how many entries it has."""
    shutil.copy(HERE / "site.toml", folder / "site.toml")
    entries = 0
    for collection in COLLECTIONS:
        target = folder / "content" / collection
        target.mkdir(parents=True)
        shutil.copy(HERE / f"{collection}.yaml", target / "_collection.yaml")
        for source in sorted((corpus / "content" / collection).glob("*.md")):
            text = source.read_text(encoding="utf-8")
            head, rest = text.split("\n---\n", 1)
            for old, new in RENAMED:
                head = head.replace(old, new, 1)
            (target / source.name).write_text(f"{head}\n---\n{rest}", encoding="utf-8")
            entries += 1
    if not entries:
        sys.exit(f"{corpus} holds no entries in content/{{{','.join(COLLECTIONS)}}}")
    return entries
