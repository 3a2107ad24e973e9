"""A candidate → the model in use, if every gate lets it through or a person overrules them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import config
from pipeline.errors import SkargaError
from pipeline.evaluation.tests import HELD_OUT
from pipeline.promotion import released, transfer
from pipeline.promotion.draft import write_draft
from pipeline.promotion.figures import evaluated
from pipeline.promotion.judgement import Judgement, judge
from pipeline.promotion.log import Alias, Facts, Model
from pipeline.promotion.registry import Registry
from pipeline.promotion.testing import PUBLIC, frozen_tests, own_tests, refuse_learned
from pipeline.serving import bundle
from pipeline.serving.job import Say
from pipeline.serving.tagger import Tagger


@dataclass(frozen=True)
class Request:
    """What a person asks for: to make `candidate` the model in use."""

    candidate: Path
    who: str
    tests: Sequence[Path] = ()  # labelled files that decide, instead of the frozen tests
    why: str = ""
    force: bool = False
    dry_run: bool = False


def promote(request: Request, show: Say, say: Say) -> None:
    """Compare, and if every gate is passed (or `force`), move folder, figures, alias and log together.

    Args:
        request: The candidate, the tests, who and why.
        show: Receives the comparison, line by line.
        say: Receives what else a person should know.

    Raises:
        SkargaError: A gate refuses, or a part of it all is missing, damaged or out of reach; nothing has moved.
    """
    params = config.load_params()
    candidate, registry = released.describe(request.candidate), Registry(params.track.model_name)
    with transfer.workspace(registry, say) as log:
        in_use = released.model_in_use()
        if in_use == candidate:
            raise SkargaError(f"{candidate.version} is in use already", "train another one: dvc exp run -S …")
        alias = None if request.dry_run else _alias(candidate, registry)
        judgement = _judge(request, params)
        for line in judgement.lines():
            show(line)
        if request.dry_run:
            say(f"{_verdict(judgement)}; nothing was changed")
            return
        _refuse(candidate, judgement, request.force)
        _draft(request, judgement, params)
        facts = Facts(
            who=request.who,
            what="promotion",
            why=request.why or _verdict(judgement),
            forced=judgement.refusing,
            before=in_use,
            after=candidate,
            alias=alias,
            tests=dict(judgement.tests),
            gates={gate.name: gate.record() for gate in judgement.gates},
        )
        transfer.carry_out(log.bind(facts), log, registry)
    say(transfer.done(f"{candidate.version} is in use"))


def _alias(candidate: Model, registry: Registry) -> Alias:
    version = registry.version_of(candidate.version)
    if version is None:
        raise SkargaError(
            f"no version of {registry.model} in the registry holds {candidate.version}",
            "record the run first: dvc repro track",
        )
    return Alias(model=registry.model, before=registry.champion(), after=version)


def _judge(request: Request, params: config.Params) -> Judgement:
    tagger = Tagger.load(request.candidate)
    if request.tests:
        tests = own_tests(request.tests, tagger.labels)
    else:
        frozen = frozen_tests(tagger.labels)
        tests = {**frozen[HELD_OUT], **frozen[PUBLIC]}
    refuse_learned(tests, bundle.verify(request.candidate), params.split.duplicate_similarity)
    return judge(request.candidate, tagger, tests, params)


def _verdict(judgement: Judgement) -> str:
    refusing = ", ".join(judgement.refusing)
    return f"refused by: {refusing}" if refusing else "every gate is passed"


def _refuse(candidate: Model, judgement: Judgement, force: bool) -> None:
    if judgement.refusing and not force:
        raise SkargaError(
            f"{candidate.version} is {_verdict(judgement)}; the figures are above",
            "keep the model in use, or overrule the gates with --force --why REASON",
        )


def _draft(request: Request, judgement: Judgement, params: config.Params) -> None:
    tagger = Tagger.load(request.candidate)
    known = {} if request.tests else judgement.answers
    figures = evaluated(tagger, frozen_tests(tagger.labels), known, params.evaluate)
    write_draft(request.candidate, bundle.verify(request.candidate), figures)
