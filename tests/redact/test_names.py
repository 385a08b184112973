"""Which names hold secrets."""

import pytest

from fcgidissect.redact.names import LISTED, Names

SECRET = (
    *("password", "PASSWORD", "user[password]", "new-password2", "userPassword", "pwd"),
    *("token", "csrf_token", "csrfmiddlewaretoken", "HTTP_X_CSRF_TOKEN", "apiKey"),
    *("X-Api-Key", "api_key", "PHPSESSID", "JSESSIONID", "session", "sid", "code"),
    *("client_secret", "HTTP_X_AUTH_TOKEN", "REDIRECT_HTTP_X_API_KEY", "otp"),
)
PUBLIC = (
    *(
        "user",
        "page",
        "REQUEST_URI",
        "HTTP_HOST",
        "CONTENT_TYPE",
        "AUTH_TYPE",
        "keyboard",
    ),
    *("REMOTE_USER", "SERVER_SIGNATURE", "encoding", "author", "compass", "", "inside"),
)


@pytest.mark.parametrize("name", SECRET)
def test_a_secrets_name_is_known_in_every_spelling(name: str) -> None:
    assert Names().secret(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_another_name_is_not_taken_for_one(name: str) -> None:
    assert not Names().secret(name)


def test_the_list_is_extended_by_names() -> None:
    names = Names(["X-Patient", "f00"])
    assert names.secret("HTTP_X_PATIENT") and names.secret("x_patient")
    assert names.secret("f00") and not names.secret("f")
    assert names.secret("password") and not Names().secret("x_patient")


def test_every_listed_word_is_a_secrets_name() -> None:
    assert [word for word in LISTED if not Names().secret(word)] == []
