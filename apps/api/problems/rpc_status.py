"""Problems in protobuf: an exporter of traces reads only the `google.rpc.Status` that OTLP prescribes for failures.

The message is described here, since its package brings the descriptions of all of Google's APIs.
"""

from typing import Any, Final

from django.http import HttpRequest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

PROTOBUF: Final = "application/x-protobuf"
TRACES: Final = "/v1/usage/otel"


def _status_message() -> Any:
    """Return the class of the message, without its details."""
    described = FileDescriptorProto(name="google/rpc/status.proto", package="google.rpc", syntax="proto3")
    message = described.message_type.add(name="Status")
    optional = FieldDescriptorProto.LABEL_OPTIONAL
    message.field.add(name="code", number=1, type=FieldDescriptorProto.TYPE_INT32, label=optional)
    message.field.add(name="message", number=2, type=FieldDescriptorProto.TYPE_STRING, label=optional)
    pool = DescriptorPool()
    pool.Add(described)
    return GetMessageClass(pool.FindMessageTypeByName("google.rpc.Status"))


Status: Final = _status_message()


def reads_protobuf(request: HttpRequest) -> bool:
    """Return whether the caller exports traces in protobuf, and so expects failures in it too."""
    media_type = (request.content_type or "").lower()
    return media_type == PROTOBUF and request.path_info.startswith(TRACES)


def status_bytes(text: str) -> bytes:
    """Return a failure as a status; its code is left out, since OTLP uses only that of HTTP."""
    return bytes(Status(message=text).SerializeToString())
