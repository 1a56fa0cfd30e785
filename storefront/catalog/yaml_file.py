"""Reading a catalogue from YAML, every value with the line and character it was written at."""

from typing import Any

import yaml

from .drafts import Cell, Problems, ProductRecord, Record, Records
from .fields import Rules, nearest

# libyaml's parser gives the same nodes and is ten times faster, where PyYAML was built with it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"


def read_yaml(text: str, rules: Rules, problems: Problems) -> Records:
    """The records of a YAML file; what is wrong with its form goes to `problems`."""
    records = Records()
    root = _compose(text, problems)
    if root is None:
        return records
    reader = _Reader(rules, problems)
    parts = reader.fields(root, {"categories", "products"}, "catalogue")
    for node in reader.items(parts.get("categories"), "categories"):
        records.categories.append(reader.record(node, set(rules.category), "category"))
    for node in reader.items(parts.get("products"), "products"):
        records.products.append(reader.product(node))
    return records


def _compose(text: str, problems: Problems) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "cannot be read"
        problems.at_line(
            mark.line + 1 if mark else 1, f"This is not YAML: {what}.", "Mend this line."
        )
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problems.at_line(1, f"This is not YAML: {str(error) or 'too deeply nested'}.",
                         "Write it like demo/catalogue.yaml.")  # fmt: skip
        return None
    if root is None:
        problems.at_line(1, "The file is empty.", "Begin with categories: and products:.")
    return root


class _Reader:
    """Walks over nodes; the form is strict, so that a typing error never loses a value."""

    def __init__(self, rules: Rules, problems: Problems) -> None:
        self._rules, self._problems = rules, problems

    def product(self, node: yaml.Node) -> ProductRecord:
        known = set(self._rules.product) | {"pictures", "variants"}
        fields = self.fields(node, known, "product")
        lists = {name: fields.pop(name, None) for name in ("pictures", "variants")}
        product = ProductRecord(_line(node), self._cells(fields))
        for item in self.items(lists["variants"], "variants"):
            product.variants.append(self.record(item, set(self._rules.variant), "variant"))
        if lists["pictures"] is not None:
            known = set(self._rules.picture)
            items = self.items(lists["pictures"], "pictures")
            product.pictures = [self.record(item, known, "picture") for item in items]
        return product

    def record(self, node: yaml.Node, known: set[str], what: str) -> Record:
        return Record(_line(node), self._cells(self.fields(node, known, what)))

    def fields(self, node: yaml.Node, known: set[str], what: str) -> dict[str, yaml.Node]:
        """Key → node of a mapping; unknown and repeated keys are reported and left out."""
        if not isinstance(node, yaml.MappingNode):
            hint = f"Write {min(known)}: and a value."
            self._problem(node, what, "is not a list of fields.", hint)
            return {}
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                likely = nearest(name, known)
                hint = f"Did you mean {likely}?" if likely else f"Use {', '.join(sorted(known))}."
                self._problem(key, name, f"is no field of a {what}.", hint)
            elif name in fields:
                self._problem(key, name, "is written twice.", "Keep one of the two.")
            else:
                fields[name] = value
        return fields

    def items(self, node: yaml.Node | None, name: str) -> list[yaml.Node]:
        if node is None or node.tag == _NULL:
            return []
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self._problem(node, name, "is not a list.", "Begin each entry with a hyphen.")
        return []

    def _cells(self, fields: dict[str, yaml.Node]) -> dict[str, Cell]:
        """Scalars keep the text that was written: 12.90 stays 12.90, and Yes stays Yes."""
        cells = {}
        for name, node in fields.items():
            if not isinstance(node, yaml.ScalarNode):
                self._problem(node, name, "is not a single value.", "Write one text or number.")
                continue
            written = "" if node.tag == _NULL else str(node.value)
            cells[name] = Cell(written, _line(node), node.start_mark.column + 1)
        return cells

    def _problem(self, node: yaml.Node, column: str, wrong: str, instead: str) -> None:
        place = Cell("", _line(node), node.start_mark.column + 1)
        self._problems.add(column, place, wrong, instead)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
