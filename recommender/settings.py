"""Settings, read from the environment (`RECOMMENDER_*`)."""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from recommender.errors import SettingsRefused


class Environment(StrEnum):
    """Development makes its own signing key and offers one-click sign-in; production never does."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class IdentityMatch(StrEnum):
    """How a token's claim finds a person of the roster."""

    EMAIL = "email"
    SOURCE_ID = "source_id"


class Settings(BaseSettings):
    """Everything that may be set from outside; each has an environment variable of its name."""

    model_config = SettingsConfigDict(env_prefix="RECOMMENDER_", extra="ignore")

    environment: Environment = Field(
        default=Environment.PRODUCTION,
        description="'development' switches on the development key and one-click sign-in.",
    )
    data_dir: Path = Field(default=Path("var"), description="Everything the program writes.")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL; SQLite in the data directory when empty."
    )
    mlflow_tracking_uri: str | None = Field(
        default=None, description="An MLflow server; SQLite in the data directory when empty."
    )
    need_share: float = Field(
        default=0.25,
        ge=0.0,
        le=1.0,
        description="Least share of a score's spread that need evidence must carry.",
    )
    diversity: float = Field(
        default=0.1,
        ge=0.0,
        le=1.0,
        description="Price in relevance at which a list spreads over growth areas and issuers.",
    )
    exploration: float = Field(
        default=0.1,
        ge=0.0,
        le=1.0,
        description="Share of lists of which one place tries what is not on the first page.",
    )
    slate_log_days: int = Field(
        default=180,
        ge=0,
        description="So long it is kept which lists were served; 0 keeps none.",
    )
    jwks_file: Path | None = Field(default=None, description="Public keys that sign tokens (JWKS).")
    jwks_url: str = Field(
        default="", description="https address of the public keys that sign tokens (JWKS)."
    )
    states_dir: Path | None = Field(
        default=None, description="State packs of one's own; `states` in the data directory."
    )
    issuers_file: Path | None = Field(
        default=None,
        description="Whose badges count (TOML); `issuers.toml` in the data directory, if there.",
    )
    token_issuer: str = Field(default="microcredential-recommender", min_length=1)
    token_audience: str = Field(default="microcredential-recommender", min_length=1)
    identity_claim: str = Field(
        default="",
        description="Claim of a token that names a person of the roster; the identities table alone"
        " says who a subject is when empty.",
    )
    identity_match: IdentityMatch = Field(
        default=IdentityMatch.EMAIL, description="What of the roster that claim is compared with."
    )
    identity_district: str = Field(
        default="", description="District of those who are found so; needed for source ids."
    )
    requests_per_minute: int = Field(
        default=600, ge=0, description="What one caller may ask of one process; 0 sets no limit."
    )
    request_burst: int = Field(
        default=200, ge=1, description="So many requests of one caller may come at once."
    )
    remembered_mb: int = Field(
        default=32,
        ge=0,
        description="Memory of one process for lists that have not changed since, in MB; 0 reads"
        " and computes each anew.",
    )
    longest_body: int = Field(
        default=262_144, ge=1024, description="Longest body of a request, in bytes."
    )
    metrics: bool = Field(
        default=False,
        description="Whether /metrics answers, without a token: keep it from the public.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Address by which people reach the service; needed for sign-in and launches.",
    )
    oidc_client_id: str = Field(
        default="",
        description="Client id at the token issuer, an OpenID provider: pages sign in there.",
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Its secret; none for a public client (PKCE alone)."
    )
    oidc_scope: str = Field(default="openid email", description="What the sign-in asks for.")
    lti_platforms_file: Path | None = Field(
        default=None, description="Learning platforms that may launch the service (TOML)."
    )
    session_hours: float = Field(
        default=8.0, gt=0, le=24, description="How long a session of the pages lasts at most."
    )
    frame_origins: tuple[str, ...] = Field(
        default=(), description="Web origins that may show the pages in a frame (JSON list); none."
    )
    cors_origins: tuple[str, ...] = Field(
        default=(), description="Web origins whose pages may call the API (JSON list); none."
    )

    @property
    def resolved_database_url(self) -> str:
        """Database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'recommender.db'}"

    @property
    def resolved_tracking_uri(self) -> str:
        """MLflow tracking URI in force."""
        return self.mlflow_tracking_uri or f"sqlite:///{self.data_dir.absolute() / 'mlflow.db'}"

    @property
    def artifacts_dir(self) -> Path:
        """Folder of bundles and MLflow artifacts."""
        return self.data_dir.absolute() / "artifacts"

    @property
    def snapshots_dir(self) -> Path:
        """Folder of snapshots."""
        return self.data_dir.absolute() / "snapshots"

    @property
    def resolved_states_dir(self) -> Path:
        """Folder of state packs of one's own; it need not exist."""
        return (self.states_dir or self.data_dir / "states").absolute()

    @property
    def development(self) -> bool:
        """Whether development conveniences are on."""
        return self.environment is Environment.DEVELOPMENT


@lru_cache
def settings() -> Settings:
    """Return the process's settings.

    Raises
    ------
    SettingsRefused
        A variable is malformed; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "RECOMMENDER_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsRefused(f"{name}: {first['msg']}.") from None
