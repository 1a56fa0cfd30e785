"""What is refused around the people who run the shop, with a sentence for who asked."""

from ...errors import Refusal


class WrongPassword(Refusal):
    """Address and password do not belong together; which one is wrong is not told.

    email is that of the person whose password it was not, '' where the address is nobody's.
    """

    def __init__(self, email: str = "", sentence: str = "") -> None:
        super().__init__(sentence or "This address and password do not belong together.")
        self.email = email


class PasswordTooShort(Refusal):
    """The password is easy to guess."""

    def __init__(self, shortest: int) -> None:
        super().__init__(f"Please choose a password of at least {shortest} characters.")


class NoSuchMember(Refusal):
    """Nobody with this address, or at this address of ours, runs the shop."""

    status = 404

    def __init__(self, email: str = "") -> None:
        super().__init__(f"{email or 'This'} is nobody who may sign in.")


class LastOwner(Refusal):
    """Without this person nobody could give anybody access any more."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} is the only owner who may sign in. Make somebody else an owner first."
        )


class ChangedMeanwhile(Refusal):
    """Somebody else was faster, so nothing was done."""

    status = 409

    def __init__(self, email: str) -> None:
        super().__init__(
            f"Somebody else has just changed what {email} may do. Nothing was saved; this is how"
            " it is now."
        )


class AlreadyInside(Refusal):
    """This person needs no invitation."""

    def __init__(self, email: str, *, is_active: bool) -> None:
        may = "may sign in already" if is_active else "is switched off; switch them on instead"
        super().__init__(f"{email} {may}.")


class AlreadyInvited(Refusal):
    """There is an invitation, which can be sent again."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is invited already. Send it again from the list below.")


class LinkIsOver(Refusal):
    """A link that was used, that is too old, that was withdrawn, or that never was."""

    status = 404

    def __init__(self) -> None:
        super().__init__("This link is no longer good: it works once, and only for a while.")


class WrongCode(Refusal):
    """A code that does not fit now, or that was used before."""

    def __init__(self) -> None:
        super().__init__(
            "This code does not fit, or was used before. Wait for the next one and try again."
        )


class SetUpAlready(Refusal):
    """There is a second factor; it is turned off before there is another."""

    status = 409

    def __init__(self) -> None:
        super().__init__("You have set up a second step already. Turn it off to set up another.")
