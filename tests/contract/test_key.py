"""Which key lets the contract suite leave this machine."""

import pytest

from .target import VARIABLE, contract_key


def test_without_a_key_the_suite_stays_on_this_machine() -> None:
    assert contract_key({}) == ""
    assert contract_key({VARIABLE: " "}) == ""


def test_a_test_key_is_taken() -> None:
    assert contract_key({VARIABLE: "sk_test_abc"}) == "sk_test_abc"


@pytest.mark.parametrize("key", ["sk_live_abc", "rk_test_abc", "pk_test_abc", "whsec_abc", "abc"])
def test_every_other_key_is_refused(key: str) -> None:
    """Fails without the check of the prefix: a live key would open real payment pages."""
    with pytest.raises(pytest.UsageError, match="must be a secret key of Stripe's test mode"):
        contract_key({VARIABLE: key})
