"""How what a broker says stands in a transcript: alike for two brokers and for two runs."""

import datetime
import re

_TOKEN = re.compile(r"amq\.rabbitmq\.reply-to\.g[\w+/=.-]+")


def describe(method, properties, body):
    """All of a delivery but its tag and consumer, in one line."""
    parts = [f"body={shown(body)}", f"exchange={method.exchange!r}",
             f"key={method.routing_key!r}"]
    if hasattr(method, "redelivered"):
        parts.append(f"redelivered={method.redelivered}")
    if hasattr(method, "message_count"):
        parts.append(f"left={method.message_count}")
    for name, value in sorted(vars(properties).items()):
        if value is not None:
            parts.append(f"{name}={normal(value)}")
    return " ".join(parts)


def said(method):
    """A method's name and what it carries."""
    parts = [method.NAME]
    for name, value in sorted(vars(method).items()):
        if name not in ("ticket", "reply_code", "reply_text", "class_id", "method_id"):
            parts.append(f"{name}={value!r}")
    return " ".join(parts) + refusal(method)


def refusal(method):
    """Code, text and cause of a method that closes or returns; nothing of any other."""
    if not hasattr(method, "reply_code"):
        return ""
    cause = f" at {method.class_id}.{method.method_id}" if hasattr(method, "class_id") else ""
    return f" {method.reply_code} {method.reply_text}{cause}"


def normal(value):
    """A field value with its keys in order, its types shown and its times blanked."""
    if isinstance(value, dict):
        inside = (f"{key}: {normal(each)}" for key, each in sorted(value.items()))
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(normal(each) for each in value) + "]"
    if isinstance(value, datetime.datetime):
        return "<time>"
    return f"{type(value).__name__}({value!r})"


def shown(body):
    """A body as text, or how long it is."""
    text = body.decode("utf-8", "backslashreplace")
    return repr(text) if len(text) <= 80 else f"<{len(body)} octets>"


def without_tokens(text):
    """The text with the broker's own addresses for replies blanked."""
    return _TOKEN.sub("amq.rabbitmq.reply-to.<token>", text)
