"""What the JSON API reads of a request's body."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from starlette.exceptions import HTTPException

from .gate import Received
from .offsets import whole
from .turns import Manner, Task

MAX_PHRASES = 1000
MAX_PHRASE = 100

Text = Annotated[str, AfterValidator(whole)]
Phrase = Annotated[Text, StringConstraints(min_length=1, max_length=MAX_PHRASE)]
Probability = Annotated[float, Field(ge=0, le=1)]
Threshold = Literal["careful", "recall"] | Probability


class Body(BaseModel):
    """A request: a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid")


class Options(Body):
    """How to check, the same for each kind of request."""

    threshold: Threshold | None = None
    protect: Annotated[list[Phrase], Field(max_length=MAX_PHRASES)] = []

    def task(self, texts: list[str]) -> Task:
        """The texts to correct.

        texts (list[str]): The texts.
        RETURNS (Task): With the options.
        """
        return Task(texts, Manner(self.threshold), tuple(self.protect))


BodyT = TypeVar("BodyT", bound=Body)


def describe_body(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body for the schema of the API.

    model (type): Its model.
    RETURNS (dict): FastAPI would read the bodies of models that it knows of, on the event loop.
    """
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def read_body(received: Received, model: type[BodyT]) -> BodyT:
    """Read a body.

    received (Received): The request.
    model (type): Its model.
    RETURNS (Body): What it says.
    RAISES (HTTPException): Status 415 if it is not said to be JSON, 422 if it is malformed.
    """
    # A form of another site can send text that looks like JSON, but not say that it is.
    kind = received.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise HTTPException(
            415, f"The content is of type {kind!r}: send JSON, with Content-Type: application/json."
        )
    try:
        return model.model_validate_json(received.body)
    except ValidationError as error:
        # Its own message repeats the input.
        problems = [
            f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()
        ]
        raise HTTPException(422, "; ".join(problems)) from error
