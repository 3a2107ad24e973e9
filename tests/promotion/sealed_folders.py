"""Folders that are sealed as bundles are; their contents do not matter to whoever moves them."""

import subprocess

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.promotion.log import Alias, Facts, Model
from pipeline.promotion.released import DRAFT, copy_folder, describe
from pipeline.serving import bundle


class AliasFile:
    """A registry of one alias, kept in a file so that it outlives a killed process."""

    model = "skarga-tagger"

    def __init__(self, path, reachable=True):
        self.path = path
        self.reachable = reachable

    def move(self, alias):
        if not self.reachable:
            raise SkargaError("the registry does not answer", "start it")
        self.path.write_text(str(alias.after))


def make_bundle(folder, content):
    folder.mkdir(parents=True)
    (folder / "labels.yaml").write_text(content)
    bundle.seal(folder, data={}, params="", metrics={})
    return describe(folder)


def facts(before: Model, after: Model, what="promotion", alias=("1", "2")) -> Facts:
    return Facts(
        who="Tester",
        what=what,
        why="a test",
        forced=[],
        before=before,
        after=after,
        alias=Alias(model="skarga-tagger", before=alias[0], after=alias[1]),
        tests={},
        gates={},
    )


def snapshot(*folders):
    return {str(path): path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}


def git(*arguments):
    author = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    return subprocess.run(["git", *author, *arguments], check=True, capture_output=True, text=True).stdout


def write_draft():
    """What a promotion prepares before anything moves."""
    copy_folder(paths.BUNDLE, DRAFT.bundle)
    (DRAFT.bundle / bundle.CARD).write_text("card of the new model")
    DRAFT.figures.mkdir()
    (DRAFT.figures / "public.json").write_text('{"new": {}}')
