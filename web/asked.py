"""What programs post: a search as one JSON object, a decision."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from archive.errors import QueryError
from archive.query.request import MAX_PAGE, Count, FacetFilter, Mode, SearchRequest, Sort
from archive.query.tree import query_text
from archive.types import Channel, Pace


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AllNode(_Asked):
    """Every article."""

    type: Literal["all"]


class WordNode(_Asked):
    """A word, in any form that shares its stem."""

    type: Literal["word"]
    text: str = Field(examples=["harbour"])


class PhraseNode(_Asked):
    """Words in this order."""

    type: Literal["phrase"]
    text: str = Field(examples=["harbour strike"])
    slop: int = Field(0, ge=0, le=999, description="Places that they may be out of it.")


class PrefixNode(_Asked):
    """Words that begin with this, as they are spelt."""

    type: Literal["prefix"]
    text: str = Field(examples=["harb"])


class TitleNode(_Asked):
    """Words of the headline alone."""

    type: Literal["title"]
    part: "Node"


class FieldNode(_Asked):
    """A value of a facet, or a name for one."""

    type: Literal["field"]
    field: Literal[
        "actor", "place", "about", "reported", "source", "lang", "author", "section", "changed"
    ]
    value: str = Field(examples=["sudan"])


class PublishedNode(_Asked):
    """Published from the first to the last day; null leaves a side open."""

    type: Literal["published"]
    first: str | None = Field(None, examples=["2024-06-01"])
    last: str | None = Field(None, examples=["2024-06-15"])


class SpokenOfNode(_Asked):
    """Speaking of a time between the first and the last day."""

    type: Literal["spoken_of"]
    first: str | None = Field(None, examples=["2023-12-01"])
    last: str | None = Field(None, examples=["2023-12-31"])


class WithinNode(_Asked):
    """Naming a town in a box (west, south, east, north) or near a point (latitude, longitude,
    kilometres).
    """

    type: Literal["within"]
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None


class AndNode(_Asked):
    """All parts."""

    type: Literal["and"]
    parts: list["Node"]


class OrNode(_Asked):
    """Any part."""

    type: Literal["or"]
    parts: list["Node"]


class NotNode(_Asked):
    """Everything but the part."""

    type: Literal["not"]
    part: "Node"


Node = Annotated[
    AllNode
    | WordNode
    | PhraseNode
    | PrefixNode
    | TitleNode
    | FieldNode
    | PublishedNode
    | SpokenOfNode
    | WithinNode
    | AndNode
    | OrNode
    | NotNode,
    Field(discriminator="type"),
]


class FilterAsked(_Asked):
    """A chosen facet value."""

    facet: str = Field(examples=["place"])
    value: str = Field(examples=["sudan"])
    exclude: bool = False


class SearchAsked(_Asked):
    """A search; everything may be left out. The query is a text (`q`) or a tree; all else means
    what the parameters of GET /api/v1/search mean.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"q": "ceasefire negotiations", "filters": [{"facet": "place", "value": "sudan"}]},
                {"tree": {"type": "word", "text": "harbour"}, "mode": "words", "size": 5},
            ]
        },
    )

    q: str = Field("", description="The query as a person would type it.")
    tree: Node | None = Field(
        None, description="The query as a syntax tree, such as `query.tree` of an answer."
    )
    mode: Mode = Mode.BOTH
    filters: list[FilterAsked] = []
    after: str | None = None
    before: str | None = None
    bbox: str | None = None
    near: str | None = None
    story: str | None = None
    copies_of: str | None = None
    together: bool = False
    count: Count = Count.ARTICLES
    sort: Sort = Sort.RELEVANCE
    size: int = Field(10, ge=1, le=MAX_PAGE)
    cursor: str | None = None


class SavedAsked(_Asked):
    """A search to be saved under a name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"label": "Harbour", "search": {"q": "harbour strike"}}]},
    )

    label: str = Field("", max_length=120, examples=["Harbour strike"])
    search: SearchAsked


class AlertAsked(_Asked):
    """Who is to be told, how, and how often at most."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"channel": "webhook", "target": "https://desk.example/hook", "pace": "hour"}
            ]
        },
    )

    channel: Channel
    target: str = Field(
        max_length=1000,
        description="A mail address, or the address of a webhook.",
        examples=["https://desk.example/hook"],
    )
    pace: Pace = Pace.DAY


class CollectionAsked(_Asked):
    """What a collection is called."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Harbour strike", "note": "For Sunday."}]},
    )

    name: str = Field(min_length=1, max_length=120, examples=["Harbour strike"])
    note: str = Field("", max_length=4000)


class NoteAsked(_Asked):
    """Why an article is in a collection."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "the first report"}]}
    )

    note: str = Field("", max_length=4000, examples=["the first report"])


class ManifestAsked(_Asked):
    """What of an export's manifest is needed to ask again; the manifest itself will do."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "asked": {"q": "harbour strike"},
                    "today": "2024-06-30",
                    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    "ids": [],
                }
            ]
        },
    )

    asked: dict[str, Any] = Field(description="The search.")
    today: str = Field(
        description="The day that relative dates counted from.", examples=["2024-06-30"]
    )
    sha256: str = Field(description="Of the ids, sorted, each on a line.")
    ids: list[str]


class EffectAsked(_Asked):
    """Whether to do it, or to say only what it would change."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"dry_run": True}]})

    dry_run: bool = Field(False, description="Say what it would change; store nothing.")


class DecisionAsked(EffectAsked):
    """A decision to be made, as docs/authority.md has them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "facet": "actor",
                    "name": "ada-marsh",
                    "kind": "rename",
                    "arguments": {"label": "Ada Marsh"},
                    "dry_run": True,
                }
            ]
        },
    )

    facet: Literal["actor", "place"]
    name: str = Field(min_length=1, max_length=200, description="Value or name of it.")
    kind: Literal["merge", "split", "rename", "retype", "hide", "alias", "wikidata", "relocate"] = (
        Field(examples=["rename"])
    )
    arguments: dict[str, str | float | list[str]] = Field(
        {}, description="What the decision needs to know.", examples=[{"label": "Ada Marsh"}]
    )


def posted_request(asked: SearchAsked) -> SearchRequest:
    """The search that was posted; the same as that of an address with the same query.
    QueryError names what of the tree cannot be searched.
    """
    if asked.q.strip() and asked.tree is not None:
        raise QueryError(
            "the query is there twice, as a text and as a tree",
            hint="send `q` or `tree`",
            field="tree",
        )
    tree: dict[str, Any] | None = asked.tree.model_dump() if asked.tree is not None else None
    chosen = [FacetFilter(f.facet, f.value.strip(), f.exclude) for f in asked.filters]
    return SearchRequest(
        q=query_text(tree) if tree is not None else asked.q.strip(),
        mode=asked.mode,
        filters=tuple(dict.fromkeys(chosen)),
        after=asked.after or None,
        before=asked.before or None,
        bbox=asked.bbox or None,
        near=asked.near or None,
        story=asked.story or None,
        copies_of=asked.copies_of or None,
        together=asked.together,
        count=asked.count,
        sort=asked.sort,
        size=asked.size,
        cursor=asked.cursor or None,
    )
