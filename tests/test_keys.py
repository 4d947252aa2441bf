"""Keys: what programs show to act for an account, and how often anybody may ask."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from archive.core import Archive, open_archive
from archive.errors import InputError, NotFound, SettingsError
from archive.keys import Keys
from archive.settings import Settings
from archive.store import Store
from archive.types import Role, Scope
from tests.archives import settings_in, store_invented
from tests.people import browser, enrol, send, signed_in

START = datetime(2025, 6, 1, tzinfo=UTC)
ELSEWHERE = ("198.51.100.7", 40000)


@pytest.fixture
def store(store_url):
    with Store.open(store_url) as store:
        with store.writing() as writer:
            for role in Role:
                writer.accounts.add(role.value, role, "hashed", now=START)
        yield store


@pytest.fixture(scope="module")
def archive(tmp_path_factory, models):
    with open_archive(settings_in(tmp_path_factory.mktemp("keys"), models)) as archive:
        store_invented(archive, 12)
        enrol(archive, *Role)
        yield archive


def limited(archive, **limits):
    return Archive(Settings(home=archive.settings.home, **limits))


def showing(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_a_key_is_known_by_what_was_shown_once_until_it_is_revoked(store):
    keys = Keys(store, lambda: START)
    key, secret = keys.make("Editor", " my  script ", [Scope.SAVE], by="Eve")
    assert (key.label, key.scopes) == ("my script", (Scope.READ, Scope.SAVE))
    assert keys.of(secret).id == key.id
    assert keys.of(secret).used == START
    assert keys.of(secret[:-1]) is None
    assert secret.startswith(key.begin)
    assert len(secret) > 4 * len(key.begin)
    keys.revoke(key.id, by="Eve")
    assert keys.of(secret) is None
    with pytest.raises(NotFound):
        keys.revoke(key.id, by="Eve")


def test_a_key_with_an_end_holds_until_then(store):
    now = [START]
    keys = Keys(store, lambda: now[0])
    _, secret = keys.make("reader", "for a month", [], days=30, by="Eve")
    now[0] = START + timedelta(days=30, seconds=-1)
    assert keys.of(secret)
    now[0] = START + timedelta(days=30)
    assert keys.of(secret) is None


def test_a_key_can_do_no_more_than_its_account_then_and_later(store):
    keys = Keys(store, lambda: START)
    for name, scope in (("reader", Scope.DECIDE), ("editor", Scope.ADMINISTER)):
        with pytest.raises(InputError, match="role"):
            keys.make(name, "too much", [scope], by="Eve")
    key, secret = keys.make("editor", "decides", [Scope.DECIDE], by="Eve")
    assert key.may(Scope.DECIDE)
    assert not key.may(Scope.SAVE)
    with store.writing() as writer:
        writer.accounts.set_role("editor", Role.READER)
    assert not keys.of(secret).may(Scope.DECIDE)
    with store.writing() as writer:
        writer.accounts.remove("editor")
    assert keys.of(secret) is None


@pytest.mark.parametrize("label", ["", " ", "x" * 61, "a\x07b"])
def test_a_key_says_what_it_is_for(store, label):
    with pytest.raises(InputError):
        Keys(store).make("reader", label, [], by="Eve")


def test_a_key_that_does_not_hold_is_refused_even_where_none_is_needed(archive):
    answer = browser(archive).get("/api/v1/search", headers=showing("news_nothing"))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "news_nothing" not in answer.text


def test_a_key_opens_an_archive_that_is_read_by_accounts_alone(archive):
    _, secret = archive.keys.make("reader", "reads", [], by="Eve")
    with limited(archive, reading="sign-in") as closed:
        client = browser(closed)
        assert client.get("/api/v1/search").status_code == 401
        assert client.get("/api/v1/search", headers=showing(secret)).status_code == 200
        # A key is for the API: on pages, where forms are, it stands for nobody.
        page = client.get("/", headers=showing(secret), follow_redirects=False)
        assert page.status_code == 303


def test_keys_are_made_and_revoked_on_the_account_page(archive):
    client = signed_in(archive, "reader")
    assert 'name="may-decide"' not in client.get("/account").text
    made = send(client, "/account/keys", {"label": "My <script>", "may-save": "yes"}, "/account")
    secret = made.text.split('value="news_')[1].split('"')[0]
    assert "My &lt;script&gt;" in made.text
    listed = client.get("/account").text
    assert secret not in listed
    key = archive.keys.of("news_" + secret)
    assert key.scopes == (Scope.READ, Scope.SAVE)
    revoke = f"/account/keys/{key.id}/revoke"
    assert "are refused from then on" in client.get(revoke).text
    assert archive.keys.of("news_" + secret)
    # Nobody revokes what is another's.
    assert send(signed_in(archive, "editor"), revoke, {}, "/account").status_code == 404
    send(client, revoke, {}, revoke)
    assert archive.keys.of("news_" + secret) is None


def test_an_address_that_asks_too_often_is_told_when_to_come_back(archive):
    with limited(archive, address_limit="3/minute") as few:
        client = browser(few, client=ELSEWHERE)
        left = []
        for _ in range(3):
            answer = client.get("/api/v1/suggest?q=a")
            assert answer.status_code == 200
            left.append(answer.headers["ratelimit"].split(";")[1])
        assert left == ["r=2", "r=1", "r=0"]
        assert answer.headers["ratelimit-policy"] == '"address";q=3;w=60'
        refused = client.get("/api/v1/suggest?q=a")
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert client.get("/").status_code == 429
        # Probes, and others, are not held up.
        assert client.get("/healthz").status_code == 200
        client = browser(few)
        for _ in range(5):
            assert client.get("/api/v1/suggest?q=a").status_code == 200


def test_a_network_of_ipv6_counts_as_one_address(archive):
    with limited(archive, address_limit="1/minute") as few:
        app = browser(few).app

        def ask(address):
            return TestClient(app, client=(address, 1)).get("/api/v1/suggest?q=a").status_code

        assert ask("2001:db8::1") == 200
        assert ask("2001:db8::2") == 429
        assert ask("2001:db8:0:1::1") == 200


def test_a_key_counts_for_itself_and_guessing_keys_counts_for_the_address(archive):
    _, secret = archive.keys.make("reader", "counts", [], by="Eve")
    with limited(archive, address_limit="2/minute", key_limit="3/minute") as few:
        client = browser(few, client=ELSEWHERE)

        def ask(headers):
            return client.get("/api/v1/suggest?q=a", headers=headers).status_code

        assert [ask(showing(secret)) for _ in range(4)] == [200, 200, 200, 429]
        assert [ask(showing(f"news_{n}")) for n in range(3)] == [401, 401, 429]
        assert ask({}) == 429


def test_a_limit_that_cannot_be_read_is_named_when_the_server_starts(archive):
    with pytest.raises(SettingsError, match="ARCHIVE_KEY_LIMIT"):
        browser(limited(archive, key_limit="often"))
    with limited(archive, address_limit="") as unlimited:
        answer = browser(unlimited, client=ELSEWHERE).get("/api/v1/suggest?q=a")
        assert "ratelimit" not in answer.headers
