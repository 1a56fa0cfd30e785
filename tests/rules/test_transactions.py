"""Verbs change, entry points commit; no network call happens inside a transaction."""

import ast
from pathlib import Path

import pytest

from .reading import ROOT, Rule, called_name, functions, plant, python_files

OPENERS = {"routes.py", "commands.py", "tasks.py"}
#: They ask Stripe between two transactions, and are read as one story.
MONEY_PATH = {
    f"storefront/checkout/{name}.py" for name in ("purchase", "afterwards", "sending_back")
}
#: Calls that reach the network, whatever library they come from.
NETWORK = {"SMTP", "SMTP_SSL", "urlopen", "HTTPConnection", "HTTPSConnection", "create_connection"}
#: They run the processes of `flask shop start`, before and beside any transaction.
STARTERS = {"storefront/starting.py", "storefront/web.py"}


def opened_elsewhere(root: Path) -> list[str]:
    """`transaction()` outside of entry points and the story of a purchase.

    The Stripe box keeps books of its own, in transactions of its own.
    """
    return [
        f"{path}:{node.lineno} opens a transaction; leave that to the entry point"
        for path, tree in python_files(root)
        if path.name.split("_")[-1] not in OPENERS
        and str(path) not in MONEY_PATH
        and path.parts[1] != "stripe_box"
        for node in ast.walk(tree)
        if called_name(node) == "transaction"
    ]


def committed_elsewhere(root: Path) -> list[str]:
    """`.commit()` anywhere but in database.py and the Stripe box."""
    return [
        f"{path}:{node.lineno} commits; only transaction() in database.py does"
        for path, tree in python_files(root)
        if str(path) != "storefront/database.py" and path.parts[1] != "stripe_box"
        for node in ast.walk(tree)
        if called_name(node) == "commit"
    ]


def unguarded_network(root: Path) -> list[str]:
    """Files and functions that reach the network without asking forbid_transaction() first."""
    found = []
    for path, tree in python_files(root):
        if path.parts[1] == "stripe_box" or str(path) in STARTERS:
            continue
        calls = {called_name(node) for node in ast.walk(tree)}
        if calls & NETWORK and "forbid_transaction" not in calls:
            found.append(f"{path} reaches the network and never calls forbid_transaction()")
        found += [
            f"{path}:{function.lineno} uses the Stripe client without forbid_transaction()"
            for function in functions(tree)
            if _takes_client(function) and not _asks(function)
        ]
    return found


def network_inside(root: Path) -> list[str]:
    """Calls of a networking verb in the text of a `with transaction():` block."""
    verbs = {"deliver", "send_waiting"} | _verbs_of_gateway(root)
    return [
        f"{path}:{call.lineno} calls {called_name(call)}() inside a transaction"
        for path, tree in python_files(root)
        for block in ast.walk(tree)
        if isinstance(block, ast.With)
        and any(called_name(item.context_expr) == "transaction" for item in block.items)
        for statement in block.body
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and called_name(call) in verbs
    ]


def _verbs_of_gateway(root: Path) -> set[str]:
    """Public functions of payments/ that talk to Stripe, directly or through another."""
    calls = {
        function.name: {called_name(node) for node in ast.walk(function)}
        for name in ("gateway.py", "books.py")
        if (path := root / "storefront" / "payments" / name).exists()
        for function in functions(ast.parse(path.read_text()))
    }
    talking = {"forbid_transaction"}
    while grown := {name for name, used in calls.items() if used & talking} - talking:
        talking |= grown
    return {name for name in talking - {"forbid_transaction"} if not name.startswith("_")}


def _takes_client(function: ast.AST) -> bool:
    """Whether a function reads app.extensions['storefront'].stripe."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "stripe"
        and isinstance(node.value, ast.Subscript)
        for node in ast.walk(function)
    )


def _asks(tree: ast.AST) -> bool:
    return any(called_name(node) == "forbid_transaction" for node in ast.walk(tree))


@pytest.mark.parametrize(
    "rule", [opened_elsewhere, committed_elsewhere, unguarded_network, network_inside]
)
def test_transactions_keep_to_the_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_the_verbs_that_talk_to_stripe_are_known() -> None:
    assert {"open_session", "expire_session", "make_refund", "payment_books"} <= _verbs_of_gateway(
        ROOT
    )


OPENING = "from ..database import transaction\n\ndef add():\n    with transaction():\n        ...\n"


def test_an_operation_that_opens_a_transaction_is_caught(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        storefront__cart__operations_py=OPENING,
        storefront__cart__routes_py=OPENING,
        storefront__checkout__purchase_py=OPENING,
    )
    assert [line.split(":")[0] for line in opened_elsewhere(root)] == [
        "storefront/cart/operations.py"
    ]


def test_a_commit_of_an_operation_is_caught(tmp_path: Path) -> None:
    root = plant(tmp_path, storefront__cart__operations_py="def add():\n    db.session.commit()\n")
    assert len(committed_elsewhere(root)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def send():\n    with smtplib.SMTP('mail') as server:\n        server.quit()\n",
        "def ask():\n    return urllib.request.urlopen('https://shop.example')\n",
        'def ask():\n    return current_app.extensions["storefront"].stripe\n',
    ],
)
def test_an_unguarded_way_to_the_network_is_caught(tmp_path: Path, text: str) -> None:
    root = plant(tmp_path, storefront__mail__sending_py=text)
    assert len(unguarded_network(root)) == 1


def test_a_call_to_stripe_inside_a_transaction_is_caught(tmp_path: Path) -> None:
    gateway = "def _call():\n    forbid_transaction()\n\ndef refund():\n    _call()\n"
    body = "def end():\n    with transaction():\n        payments.refund()\n    payments.refund()\n"
    root = plant(
        tmp_path, storefront__payments__gateway_py=gateway, storefront__checkout__tasks_py=body
    )
    assert network_inside(root) == [
        "storefront/checkout/tasks.py:3 calls refund() inside a transaction"
    ]
