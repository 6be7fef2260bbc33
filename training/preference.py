"""Command ``python -m training.preference``: train on pairs of steps, the better against the worse.

Pairs are what `training.collect` writes, as ids: a step in the middle of an answer stays one, no
end token is added. The reference is the policy that training starts from (the round before), whose
log-probabilities are computed once and kept in the run folder (Eqs. 10-11 of the paper for ``dpo``;
`training.preference_losses` has them all). Nothing is searched here.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError
from envs.common.progress import timed
from training import command, models, processes
from training.preference_data import Pairs, load_pairs
from training.preference_objective import Preference
from training.start import start_of

PROG = "python -m training.preference"
COMMAND = "training.preference"
BETAS = {"dpo": 0.1, "ipo": 0.1, "simpo": 2.0, "orpo": 0.1}
"""Default strength of each loss."""


@dataclass(frozen=True)
class Config:
    """Train a policy on preference pairs of steps."""

    pairs: tuple[Path, ...] = ()
    """What training.collect wrote: its run folders, or files like its pairs.jsonl."""
    balance: bool = False
    """As much pull towards calling as towards replying: pairs that prefer a call to a reply against
    those that prefer a reply to a call, and with --sft-weight also steps that open an answer with
    the one against those that do with the other. A surplus is left out, since it would teach the
    policy to do always the one or the other."""
    limit: int | None = None
    """At most so many pairs, drawn by the seed (default: all)."""
    model: str = "demo"
    """demo, demo:NAME, tiny (random, for trying), or a folder or hub id of any causal LM."""
    adapter: Path | None = None
    """The policy of the round before: training starts from it, and it is the reference."""
    dtype: Literal["float32", "bfloat16"] | None = None
    """What is computed in (default: bfloat16 on a GPU, float32 on a CPU)."""
    loss: Literal["dpo", "ipo", "simpo", "orpo"] = "dpo"
    """Which loss; simpo and orpo have no reference."""
    beta: float | None = None
    """Strength of the preference (default: 0.1, for simpo 2.0)."""
    simpo_gamma: float = 1.0
    """Margin that simpo asks for between the rewards."""
    sft_weight: float = 0.0
    """Weight of the likelihood of the chosen steps beside the preference."""
    method: Literal["lora", "full", "qlora"] = "lora"
    """What is trained; qlora needs bitsandbytes."""
    rank: int = 8
    """Of the LoRA matrices, where there is no adapter to go on from."""
    alpha: int = 16
    """Scale of the LoRA update: alpha / rank."""
    epochs: int = 1
    """Passes over the pairs."""
    batch_size: int = 16
    """Pairs of one update, over all devices."""
    learning_rate: float = 5e-5
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    """Of the learning rate, after a warm-up over 5 % of the updates."""
    weight_decay: float = 0.01
    max_length: int = 2048
    """Longest prompt with step in tokens; a pair that is longer is left out and counted."""
    pass_tokens: int = 4096
    """Tokens of a forward pass at most: more take more memory and on a GPU less time."""
    save_every: int = 25
    """Updates between checkpoints; a killed run goes on from the last one."""
    seed: int = 0
    """Of the order of the pairs, and of a fresh adapter."""
    report_to: tuple[str, ...] = ()
    """Trackers of transformers: tensorboard, wandb, ..."""
    score: Path | None = None
    """A TOML file of eval.bfcl's flags: the model is scored so afterwards."""
    merge: bool = False
    """Also write the merged model, which transformers and vLLM load as it is."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""
    out: Path | None = None
    """Where the run is written (default: runs/preference-TIME)."""
    resume: Path | None = None
    """Finish this run; everything else is taken from its manifest."""
    dry_run: bool = False
    """Show the pairs and the plan, and train nothing."""
    json: bool = False
    """Print the report as JSON."""


def preference(config: Config) -> int:
    """Read pairs, train, report; 0 when all is done. The adapter is in ``adapter/`` of the run."""
    with processes.first_speaks():
        return _preference(config)


def objective_of(config: Config, key: str = "") -> Preference:
    """The loss that the flags name.

    Args:
        config: the flags.
        key: says which pairs and which policy a stored reference is of.
    """
    beta = BETAS[config.loss] if config.beta is None else config.beta
    return Preference(config.loss, beta, config.simpo_gamma, config.sft_weight, key)


def _preference(config: Config) -> int:
    from training import preference_report

    if config.resume is not None:
        folder, config, manifest = flags.resume_run(config, COMMAND)
        # The flags' reader knows single paths alone.
        config = replace(config, pairs=tuple(map(Path, manifest["config"]["pairs"])))
    else:
        check(config)
    with timed("read the pairs"):
        pairs = load_pairs(config.pairs, models.tokenizer_of(config), config.max_length)
        if config.balance:
            pairs = pairs.balanced(config.seed, sft_weight=config.sft_weight)
        pairs = pairs.drawn(config.limit, config.seed)
    start = start_of(config)
    if config.resume is not None:
        command.check_resumed(
            folder, manifest, data=("pairs are", pairs.hash), start=("adapter is", start)
        )
    counts: dict[str, Mapping[str, Any]] = {"pairs": pairs.counts, "lengths": pairs.lengths}
    if config.dry_run:
        return _show_plan(config, pairs, counts)
    if config.resume is None:
        own = flags.to_json(config) | {"pairs": list(map(str, config.pairs))}
        kept = {"config": own, "data": pairs.hash, "start": start, "counts": counts}
        folder, manifest = command.new_folder(config.out, COMMAND, kept)
    command.show(counts)
    objective = objective_of(config, _key(pairs, start))
    with command.writing(folder, PROG):
        trained = command.run_training(
            config, pairs.examples, folder, _about(config, objective, manifest), objective=objective
        )
        processes.part()
        if not processes.is_first():
            return 0
        if config.merge:
            command.merge(config, trained, folder)
        report = preference_report.write(config, objective, trained, counts, folder)
    print(json.dumps(report) if config.json else preference_report.to_markdown(report))
    return 0


def check(config: Config) -> None:
    """Refuse what cannot be trained with, before anything is loaded.

    Raises:
        UserError: a number out of range, or flags that exclude each other.
    """
    command.check_training(config)
    if config.limit is not None and config.limit < 1:
        raise UserError(f"--limit {config.limit}: at least 1 is needed")
    if config.beta is not None and not config.beta > 0:
        raise UserError(f"--beta {config.beta}: has to be above 0")
    if config.sft_weight < 0:
        raise UserError(f"--sft-weight {config.sft_weight}: has to be at least 0")


def _key(pairs: Pairs, start: Mapping[str, Any]) -> str:
    """Which pairs and which policy a reference is of."""
    return hashlib.sha256(json.dumps([pairs.hash, start], sort_keys=True).encode()).hexdigest()


def _about(config: Config, objective: Preference, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the adapter's manifest says of its making."""
    return {
        "trained_with": COMMAND,
        "loss": {
            "name": objective.loss,
            "beta": objective.beta,
            "simpo_gamma": objective.gamma if objective.loss == "simpo" else None,
            "sft_weight": objective.sft_weight,
        },
        "start": manifest["start"],
        "data": {"sha256": manifest["data"], **manifest["counts"]},
    }


def _show_plan(config: Config, pairs: Pairs, counts: Mapping[str, Mapping[str, Any]]) -> int:
    command.show(counts)
    first, decode = pairs.examples[0], models.tokenizer_of(config).decode
    print(f"the first pair, {first.id}:")
    print(decode(list(first.prompt_ids)))
    print(f"chosen:   [{decode(list(first.answer_ids))}]")
    print(f"rejected: [{decode(list(first.rejected_ids))}]")
    print("\nnothing was trained, nothing was written")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, preference, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
