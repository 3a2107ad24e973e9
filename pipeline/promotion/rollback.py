"""The last promotion → undone: the model before it, its figures and the alias come back."""

from pipeline import config, paths
from pipeline.errors import SkargaError
from pipeline.promotion import released, transfer
from pipeline.promotion.log import Alias, Facts
from pipeline.promotion.registry import Registry
from pipeline.serving.job import Say


def rollback(who: str, why: str, say: Say) -> None:
    """Undo the last promotion that stands; a line of the log says so.

    Raises:
        SkargaError: There is no promotion to undo, or the earlier model cannot be found; nothing has moved.
    """
    registry = Registry(config.load_params().track.model_name)
    with transfer.workspace(registry, say) as log:
        undone = log.undoable()
        if undone is None or undone.before is None:
            raise SkargaError(
                f"{paths.PROMOTIONS} has no promotion of one model over another that could be undone",
                f"earlier states of {paths.RELEASED} are in git: git log -- {paths.RELEASED}",
            )
        released.fetch(undone.before)
        alias = _alias_back(undone.alias, registry)
        if undone.alias and alias is None:
            say(f"this registry has no version {undone.alias.before} of {registry.model}: no alias was moved")
        facts = Facts(
            who=who,
            what="rollback",
            why=why or f"undoes line {undone.number}",
            forced=[],
            before=undone.after,
            after=undone.before,
            alias=alias,
            tests={},
            gates={},
        )
        transfer.carry_out(log.bind(facts), log, registry)
    say(transfer.done(f"{undone.before.version} is in use again"))


def _alias_back(alias: Alias | None, registry: Registry) -> Alias | None:
    """What moves the alias back; nothing where this registry never had the version, as in a fresh clone."""
    if alias is None or (alias.before and not registry.knows(alias.before)):
        return None
    return Alias(model=alias.model, before=registry.champion(), after=alias.before)
