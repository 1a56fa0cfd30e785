"""The command group as a whole."""

from flask import Flask

from storefront.commands import make_group


def test_a_process_may_make_any_number_of_shops_and_their_commands_stay_one_call_deep(
    app: Flask,
) -> None:
    """Without the copy in _with_app, every app wraps the commands of all apps once more."""
    make_group()
    for _ in range(1500):  # more than Python lets calls nest
        latest = make_group()
    app.cli.add_command(latest, "latest")
    result = app.test_cli_runner().invoke(args=["latest", "doctor"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
