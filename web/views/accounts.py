"""Pages on which people sign in."""

from dataclasses import dataclass, field

from web.views.parts import Box


@dataclass(frozen=True, slots=True)
class SignInPage:
    """sign_in.html; `possible` is False where there is no account yet."""

    then: str
    possible: bool = True
    name: str = ""
    fault: str = ""
    box: Box = field(default_factory=Box)
