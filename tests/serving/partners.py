"""Made-up partners with real keys: an OpenID provider and a learning platform."""

import asyncio
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from serving.auth.attempts import Attempt
from serving.lti.launch import CLAIM

HERE = "https://credentials.example"


class Browser:
    """Keeps cookies from one page to the next and follows nothing by itself."""

    def __init__(self, app) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str, **options) -> httpx.Response:
        return asyncio.run(self._send("GET", path, options))

    def post(self, path: str, **options) -> httpx.Response:
        return asyncio.run(self._send("POST", path, options))

    async def _send(self, method: str, path: str, options: dict) -> httpx.Response:
        headers = {"Accept": "text/html"} | options.pop("headers", {})
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url=HERE, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, headers=headers, **options)
            self.cookies = httpx.Cookies(client.cookies)
            return answer


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Signer:
    """Signs tokens with a key of its own."""

    def __init__(self, issuer: str, client_id: str) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.key = RSAKey.generate_key(2048, {"kid": "one"})

    @property
    def jwks(self) -> bytes:
        return json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()

    def sign(self, key=None, **claims) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300} | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, said, key or self.key)


class Platform(Signer):
    """A learning platform."""

    def registration(self, folder, **more) -> dict:
        keys = folder / "platform-keys.json"
        keys.write_bytes(self.jwks)
        return {
            "name": "lms",
            "issuer": self.issuer,
            "client_id": self.client_id,
            "deployment_ids": ["d1"],
            "authorize_url": "https://lms.example/authorize?x=1",
            "keys_file": str(keys),
            "district_id": "north",
        } | more

    def begin(self, visitor: Browser, **changes):
        """Ask the tool to begin a launch, as the platform's page does."""
        asked = {
            "iss": self.issuer,
            "login_hint": "hint",
            "target_link_uri": f"{HERE}/",
            "lti_message_hint": "message",
        } | changes
        begun = visitor.post("/lti/login", data=asked)
        return visitor.get(begun.headers["location"]) if begun.status_code == 303 else begun

    def word(self, for_nonce: str, role: str = "membership#Learner", **changes) -> str:
        claims = {
            "sub": "user-7",
            "email": "ada@north.example",
            "nonce": for_nonce,
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "d1",
            f"{CLAIM}target_link_uri": f"{HERE}/",
            f"{CLAIM}roles": [f"http://purl.imsglobal.org/vocab/lis/v2/{role}"],
        } | changes
        return self.sign(**claims)

    def launch(self, visitor: Browser, key=None, **changes):
        """Begin, and answer as the platform does."""
        asked = query_of(self.begin(visitor).headers["location"])
        token = self.word(asked["nonce"], **({"key": key} if key else {}), **changes)
        return visitor.post("/lti/launch", data={"state": asked["state"], "id_token": token})


class OpenIdProvider(Signer):
    """A district's provider: remembers what a code was given for."""

    def __init__(self) -> None:
        super().__init__("https://id.example", "pages")
        self.codes: dict[str, dict] = {}
        self.down = False
        self.said: dict = {}
        self.forms: list[tuple[dict, dict]] = []

    def ask(self, url, form=None, headers=None) -> bytes:
        if self.down:
            raise OSError("no route")
        if url == "https://id.example/.well-known/openid-configuration":
            return json.dumps(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": "https://id.example/authorize",
                    "token_endpoint": "https://id.example/token",
                    "jwks_uri": "https://id.example/keys",
                }
            ).encode()
        if url == "https://id.example/keys":
            return self.jwks
        assert url == "https://id.example/token"
        self.forms.append((dict(form), dict(headers)))
        given = self.codes.pop(form["code"], None)
        proof = Attempt(state="s" * 16, nonce="n" * 16, verifier=form["code_verifier"], partner="")
        if given is None or given["code_challenge"] != proof.challenge:
            raise OSError("the address answered 400")
        return json.dumps({"id_token": self.sign(**self.word(given["nonce"]))}).encode()

    def word(self, nonce: str) -> dict:
        return {"sub": "u1", "nonce": nonce, "email": "ada@north.example"} | self.said

    def grant(self, address: str) -> str:
        """Sign the visitor in; return the query to come back with."""
        asked = query_of(address)
        self.codes["c0de"] = asked
        return f"/sign-in/back?code=c0de&state={asked['state']}"
