"""Refusals: every named error carries what happened and a sentence for the person who reads it."""


class Refusal(Exception):
    """Something a shopper or staff member asked for that the shop declines, with a sentence."""

    status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refusal):
    """What was asked for does not exist, or is not theirs to see."""

    status = 404


class SettingsError(Exception):
    """A setting is missing or wrong; the message says what to do, and the shop does not start."""
