"""Our environments in TRL's GRPO: tools called by hand, and the trainer itself."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from envs import Action, Task, ToolCall, ToolError, ToolSpec, World, make, tool
from envs.common.errors import UserError

pytest.importorskip("transformers")
pytest.importorskip("datasets")

from training.grpo import (
    environment_factories,
    environment_factory,
    grpo_arguments,
    outcome_reward,
    training_tasks,
)

BANK = "itool/Bank-v0"


class Shelf(World):
    """Things on a shelf; a task of every kind."""

    def tasks(self):
        two = Action(calls=(ToolCall("put", {"thing": "cup", "count": 2}),))
        yield Task("two-cups", "Two cups.", {"goal": {"cup": 2}}, [two, Action("Done.")], "train")
        yield Task("a-pan", "A pan.", {"goal": {"pan": 1}}, split="test")
        more = [two, Action("And?"), two, Action("Done.")]
        yield Task("talk", "Two cups.", {"goal": {}}, more, "train")

    def setup(self, task):
        self.state = {}

    @tool
    def put(self, thing: str, count: int = 1, kind: Literal["a", "b"] = "a") -> str:
        """Put things on the shelf.

        Args:
            thing: what to put.
            count: how many; word: by itself.
        """
        if count < 1:
            raise ToolError("more than 0")
        self.state[thing] = self.state.get(thing, 0) + count
        return f"{self.state[thing]} there"

    @tool
    def crash(self) -> str:
        """Break."""
        raise ZeroDivisionError

    def score(self, task):
        return self.state == task.data["goal"]


def said(text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": text}]


def started(world: type[World], task: str) -> tuple[Any, dict[str, Any]]:
    """A rollout as TRL makes one: an instance, and its tools by the names of the functions."""
    (factory,) = environment_factories(world).values()
    environment = factory()
    assert environment.reset(task=task, prompt=[]) is None
    members = [m for m in dir(factory) if not m.startswith("_") and m != "reset"]
    methods = [getattr(environment, m) for m in members if m != "tasks_of"]
    return environment, {method.__name__: method for method in methods}


def test_tools_are_called_and_the_world_scores() -> None:
    environment, tools = started(Shelf, "two-cups")
    assert tools["put"](thing="cup") == "1 there"
    assert "count" in tools["put"](thing="cup", count="many")  # checked against the schema
    assert tools["put"](thing="cup", count=-1) == "more than 0"
    assert tools["put"](thing="cup", count=1) == "2 there"
    assert outcome_reward([said("Done.")], [environment]) == [1.0]
    assert tools["put"](thing="cup").startswith("Error")  # it is over


def test_instances_do_not_share_a_state_and_start_anew() -> None:
    (factory,) = environment_factories(Shelf).values()
    one, other = factory(), factory()
    for each in (one, other, one):
        each.reset(task="two-cups")
        each.tool_0(thing="cup", count=2)
    assert outcome_reward([said("Done."), said("Done.")], [one, other]) == [1.0, 1.0]


def test_a_conversation_that_was_cut_has_no_success() -> None:
    environment, tools = started(Shelf, "two-cups")
    tools["put"](thing="cup", count=2)
    cut = [{"role": "tool", "name": "put", "content": "2 there"}]
    assert outcome_reward([cut], [environment]) == [0.0]


def test_what_the_machine_loses_has_no_reward() -> None:
    environment, tools = started(Shelf, "two-cups")
    tools["crash"]()
    assert tools["put"](thing="cup", count=2).startswith("Error")
    assert outcome_reward([said("Done.")], [environment]) == [None]
    environment.reset(task="two-cups")
    tools["put"](thing="cup", count=2)
    assert outcome_reward([said("Done.")], [environment]) == [1.0]


def test_test_tasks_are_refused() -> None:
    environment, _ = started(Shelf, "two-cups")
    with pytest.raises(UserError, match="'a-pan' is no training task"):
        environment.reset(task="a-pan")
    test = [task for task in make(Shelf).tasks.values() if task.split == "test"]
    with pytest.raises(UserError, match="'a-pan' is for testing"):
        environment_factories(Shelf, test)


def test_tasks_with_a_second_request_are_left_out() -> None:
    assert [task.id for task in training_tasks(Shelf)] == ["two-cups"]
    tasks = training_tasks(BANK)
    assert tasks and all(task.split == "train" for task in tasks)

    class Tested(Shelf):
        def tasks(self):
            yield from (task for task in super().tasks() if task.split == "test")

    with pytest.raises(UserError, match="no training task to ask"):
        training_tasks(Tested)


def test_gold_of_every_training_task_of_the_bank_is_rewarded() -> None:
    (factory,) = environment_factories(BANK).values()
    environment = factory()
    names = {getattr(factory, m).__name__: m for m in dir(factory) if m.startswith("tool_")}
    for task in factory.tasks_of():
        environment.reset(task=task.id)
        for action in task.gold or ():
            for call in action.calls:
                getattr(environment, names[call.name])(**call.arguments)
        last = (task.gold or [Action()])[-1]
        assert outcome_reward([said("" if last.calls else last.text)], [environment]) == [1.0]


def test_one_answer_is_scored_from_its_calls() -> None:
    class Answer(Shelf):
        single_answer = True

        def score(self, task):
            return [call.arguments for call in self.actions[0].calls] == [{"thing": "cup"}]

    environment, tools = started(Answer, "two-cups")
    assert tools["put"](thing="cup") == "recorded"
    call = {"type": "function", "function": {"name": "put", "arguments": {"thing": "cup"}}}
    turn = {"role": "assistant", "content": "", "tool_calls": [call]}
    assert outcome_reward([[turn, *said("More.")]], [environment]) == [1.0]


# --- schemas


def test_trl_sees_our_schemas() -> None:
    from transformers.utils import get_json_schema

    for world in (Shelf, BANK):
        (factory,) = environment_factories(world).values()
        seen = [
            get_json_schema(getattr(factory(), m))["function"]
            for m in dir(factory)
            if m.startswith("tool_")
        ]
        specs = make(world).action_space.tools  # type: ignore[attr-defined]
        assert len(seen) == len(specs)
        for spec in specs:
            (own,) = [each for each in seen if each["name"] == spec.name]
            assert own["description"] == spec.description
            assert own["parameters"].get("required", []) == spec.parameters.get("required", [])
            fields = own["parameters"]["properties"]
            assert list(fields) == list(spec.parameters["properties"])
            for name, field in spec.parameters["properties"].items():
                for key in ("type", "enum", "items"):
                    assert fields[name].get(key) == field.get(key)
                assert "JSON Schema" not in fields[name]["description"]
                if "description" in field:
                    assert fields[name]["description"].startswith(field["description"])


ODD = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "default": "x", "description": "Who.\nfoo: bar"},
        "class": {"type": "integer", "minimum": 3},
        "body": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        "either": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}]},
        "words": {"type": "object", "additionalProperties": {"type": "number"}},
        "any": {},
    },
    "required": ["class", "body"],
}


@pytest.mark.parametrize("name", ["math.add", "reset", "get_reward", "_hidden", "class"])
def test_names_and_schemas_that_python_does_not_like(name: str) -> None:
    from transformers.utils import get_json_schema

    spec = ToolSpec(name, "Odd.\n\nArgs:\n    none", ODD)
    factory = environment_factory(Shelf, [spec], {})
    method = factory().tool_0
    seen = get_json_schema(method)["function"]
    assert (method.__name__, seen["name"]) == (name, name)
    assert seen["description"] == "Odd.\n\nArgs :\n    none"
    fields = seen["parameters"]["properties"]
    assert list(fields) == list(ODD["properties"])
    assert set(seen["parameters"]["required"]) == {"class", "body"}
    assert fields["from"]["description"] == 'Who. foo: bar (default: "x")'
    for lost in ("class", "body"):
        told = fields[lost]["description"].partition("(JSON Schema: ")[2][:-1]
        assert json.loads(told) == ODD["properties"][lost]
    for kept in ("from", "words", "any"):
        assert "JSON Schema" not in fields[kept]["description"]


def test_an_argument_that_is_no_name_is_refused() -> None:
    fields = {"type": "object", "properties": {"user-id": {"type": "string"}}}
    with pytest.raises(UserError, match="argument 'user-id' cannot be a name"):
        environment_factory(Shelf, [ToolSpec("f", "", fields)], {})


def test_tools_that_depend_on_the_task_make_several_factories() -> None:
    class Growing(Shelf):
        def tasks(self):
            for name in ("one", "two", "three"):
                yield Task(name, name, {"goal": {}}, split="train")

        def specs(self, task):
            every = list(super().specs(task))
            return every if task.id == "two" else every[:1]

    arguments = grpo_arguments(Growing)
    rows = arguments["train_dataset"].to_list()
    assert [row["environment"] for row in rows] == ["tools-1", "tools-2", "tools-1"]
    assert rows[0]["prompt"] == [{"role": "user", "content": "one"}]
    factories = arguments["environment_factory"]
    assert [len(f.tasks_of()) for f in factories.values()] == [2, 1]
    factories["tools-2"]().reset(task="two")
    with pytest.raises(UserError, match="no training task"):
        factories["tools-1"]().reset(task="two")


# --- the trainer


@pytest.mark.slow
@pytest.mark.torch
@pytest.mark.parametrize("scripted", [False, True])
def test_the_trainer_takes_steps(scripted: bool, tmp_path: Any) -> None:
    """With the model's own text no call comes; with gold in half of the rollouts they do."""
    torch = pytest.importorskip("torch")
    trl = pytest.importorskip("trl")
    from tiny_model import make_model, make_tokenizer
    from trl.chat_template_utils import qwen3_chat_template

    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    tokenizer.chat_template = qwen3_chat_template
    tokenizer.eos_token = "<|im_end|>"
    model = make_model(tokenizer)
    model.config.max_position_embeddings = 16_384
    (task,) = training_tasks(Shelf)
    gold = [call for action in task.gold for call in action.calls]

    class Trainer(trl.GRPOTrainer):
        def _generate_single_turn(self, prompt_ids, *rest, **more):
            if not scripted:
                return super()._generate_single_turn(prompt_ids, *rest, **more)
            answers = []
            for number, ids in enumerate(prompt_ids):
                tool_said = "2 there" in tokenizer.decode(ids)
                call = {"name": gold[0].name, "arguments": dict(gold[0].arguments)}
                text = f"<tool_call>\n{json.dumps(call)}\n</tool_call>"
                text = text if number % 2 == 0 and not tool_said else "Done."
                answers.append(tokenizer(text + "<|im_end|>")["input_ids"])
            return answers, None

    rewards: list[list[float | None]] = []

    def kept(**columns: Any) -> list[float | None]:
        rewards.append(outcome_reward(**columns))
        return rewards[-1]

    before = [p.detach().clone() for p in model.parameters()]
    arguments = grpo_arguments(Shelf if scripted else BANK, limit=2)
    trainer = Trainer(
        model,
        **arguments | {"reward_funcs": kept},
        processing_class=tokenizer,
        args=trl.GRPOConfig(
            output_dir=str(tmp_path),
            max_steps=2,
            per_device_train_batch_size=2,
            num_generations=2,
            max_completion_length=256 if scripted else 16,
            learning_rate=1e-2,
            report_to=[],
            use_cpu=True,
            bf16=False,
            save_strategy="no",
            disable_tqdm=True,
        ),
    )
    trainer.train()
    assert trainer.state.global_step == 2
    assert rewards == ([[1.0, 0.0]] * 2 if scripted else rewards)
    assert len(rewards) == 2
    moved = any((a != b).any() for a, b in zip(before, model.parameters(), strict=True))
    assert moved == scripted  # no difference in reward, nothing to learn
