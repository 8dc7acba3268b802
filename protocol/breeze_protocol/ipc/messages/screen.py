"""What the user sees: notifications, the icon, the chat window and its questions."""

from typing import Annotated, Literal

from msgspec import Meta, structs

from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open

Long = Annotated[str, Meta(max_length=65_536)]
Label = Annotated[str, Meta(max_length=256)]


class Notify(Open):
    """IPC-110: show a notification. More than a helper shows is cut by the helper, not refused."""

    title: Long
    body: Long
    icon: Long = ""
    urgency: Annotated[str, Meta(max_length=64)] = ""
    actions: Annotated[list[Long], Meta(max_length=64)] = []


class NotifyResult(Open, omit_defaults=False):
    """IPC-111: whether it was shown, and which action the user chose."""

    delivered: bool
    action_clicked: Label = ""


class MenuItem(Open, omit_defaults=False):
    """One line of the icon's menu."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    label: Label
    enabled: bool = True


class TrayUpdate(Open, omit_defaults=False):
    """IPC-112: the icon's status, tooltip and menu."""

    status: Annotated[str, Meta(max_length=64)]
    tooltip: Label
    menu_items: Annotated[list[MenuItem], Meta(max_length=32)] = []


class TrayAction(Open):
    """IPC-113: the user chose this line of the menu."""

    menu_item_id: Annotated[str, Meta(min_length=1, max_length=64)]


class Branding(Open):
    """How the organisation presents the helper; what is left out keeps the product's own."""

    name: Label = ""
    icon: Annotated[str, Meta(max_length=349_528, description="PNG in base64, at most 256 KiB decoded.")] = ""
    tooltip: Label = ""
    menu_items: Annotated[list[MenuItem], Meta(max_length=32)] = []


class HelperSettings(Open, omit_defaults=False):
    """IPC-114: whether the organisation's chat is shown, and the branding, as the last heartbeat said."""

    helper_enabled: bool
    branding: Branding | None = None


class HelperTokenUpdate(Open):
    """IPC-116: the token with which the helper calls the chat's API from now on."""

    token: Annotated[str, Meta(min_length=1, max_length=512)]
    expires_at: Annotated[str, Meta(max_length=64)] | None = None


class ConfirmRequest(Open):
    """IPC-117: ask the user in the helper's window before a tool runs with exactly these arguments."""

    execution_id: Uuid
    tool_name: Annotated[str, Meta(min_length=1, max_length=128)]
    arguments_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    description: Annotated[str, Meta(max_length=4096)]
    expires_at: Annotated[str, Meta(max_length=64)]


class ConfirmResult(Open):
    """IPC-117: what the user decided about these arguments."""

    execution_id: Uuid
    arguments_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    decision: Literal["allow", "deny"]


def shown(notify: Notify) -> Notify:
    """Cut a notification to what a helper shows (IPC-110): bytes of UTF-8, whole characters, known urgencies."""
    urgency = notify.urgency.strip().lower()
    title, body = int(DEFAULTS["ipc_notify_title"]), int(DEFAULTS["ipc_notify_body"])
    most = int(DEFAULTS["ipc_notify_actions"])
    return structs.replace(
        notify,
        title=cut(notify.title.strip(), title),
        body=cut(notify.body.strip(), body),
        icon=cut(notify.icon.strip(), int(DEFAULTS["ipc_notify_icon"])),
        urgency=urgency if urgency in ("low", "normal", "critical") else "",
        actions=[cut(action.strip(), title) for action in notify.actions[:most]],
    )


def cut(text: str, most: int) -> str:
    """The longest beginning of a text that has at most so many bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
