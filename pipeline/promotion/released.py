"""The released model: two folders, the bundle and its figures, that always move together."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.promotion.log import Model
from pipeline.serving import bundle

_NAME = 16  # hexadecimal digits of a manifest's hash that name the folder of an earlier model


@dataclass(frozen=True)
class Folders:
    """A bundle, with its card, and the folder of the figures that the card shows."""

    bundle: Path
    figures: Path


IN_USE = Folders(paths.RELEASED, paths.RELEASED_FIGURES)
DRAFT = Folders(paths.PROMOTION / "bundle", paths.PROMOTION / "figures")


def earlier(model: Model) -> Folders:
    """Where a model that was in use is kept."""
    folder = paths.EARLIER / model.manifest[:_NAME]
    return Folders(folder / "bundle", folder / "figures")


def describe(folder: Path) -> Model:
    """Verify a bundle and name it.

    Raises:
        SkargaError: It is no bundle, or a file is missing, changed or unknown.
    """
    manifest = bundle.verify(folder)
    return Model(version=manifest.version, manifest=_sha256((folder / bundle.MANIFEST).read_bytes()))


def model_in_use() -> Model | None:
    """The released model, if there is one."""
    return describe(IN_USE.bundle) if IN_USE.bundle.exists() else None


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder and force its files to the disk."""
    shutil.copytree(source, target, copy_function=_copy)


def fetch(model: Model) -> None:
    """Make an earlier model the draft: from the folder of earlier ones, else from git's history.

    Raises:
        SkargaError: Neither has it, or what is kept was changed.
    """
    kept = earlier(model)
    if kept.bundle.exists():
        copy_folder(kept.bundle, DRAFT.bundle)
        copy_folder(kept.figures, DRAFT.figures)
    else:
        _fetch_from_git(model)
    if describe(DRAFT.bundle) != model:
        raise SkargaError(f"{kept.bundle} is not {model.version}", f"remove {kept.bundle.parent}: git may have it, too")


def _fetch_from_git(model: Model) -> None:
    manifest = (IN_USE.bundle / bundle.MANIFEST).as_posix()
    for commit in _git("log", "--format=%H", "--", manifest).decode().split():
        if _sha256(_git("show", f"{commit}:{manifest}")) == model.manifest:
            _unpack(commit)
            return
    raise SkargaError(
        f"the earlier model {model.version} is neither in {paths.EARLIER} nor in git's history",
        "if this clone is shallow: git fetch --unshallow; else train it again",
    )


def _unpack(commit: str) -> None:
    parts = [IN_USE.bundle.as_posix(), IN_USE.figures.as_posix()]
    known = [part for part in parts if _git("ls-tree", "--name-only", commit, part)]
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", commit, *known))) as archive:
        archive.extractall(paths.PROMOTION, filter="data")
    for packed, target in zip(parts, vars(DRAFT).values(), strict=True):
        (paths.PROMOTION / packed).mkdir(parents=True, exist_ok=True)
        copy_folder(paths.PROMOTION / packed, target)


def _git(*arguments: str) -> bytes:
    """What git says; nothing where it fails."""
    return subprocess.run(["git", *arguments], check=False, capture_output=True).stdout


def _copy(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    with Path(target).open("rb") as file:
        os.fsync(file.fileno())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files_of(folders: Folders) -> Iterator[Path]:
    """Every file of a released model."""
    for folder in vars(folders).values():
        yield from (path for path in folder.rglob("*") if path.is_file())
