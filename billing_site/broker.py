"""What each kind of broker needs to be told, beside its URL."""

from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES


def broker_options(url: str, var_dir: Path) -> dict[str, Any]:
    """Return the transport options: folders for the filesystem broker, time limits for those on a network."""
    if url.startswith("filesystem"):
        TRANSPORT_ALIASES["filesystem"] = "billing_site.file_broker:Transport"
        folders = {name: var_dir / "broker" / name for name in ("queue", "processed", "control")}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(folders["queue"]),
            "data_folder_out": str(folders["queue"]),
            "processed_folder": str(folders["processed"]),
            "control_folder": str(folders["control"]),
            "store_processed": False,
            "polling_interval": 0.1,
        }
    if url.startswith("redis"):
        return {"socket_timeout": 5, "socket_connect_timeout": 4, "visibility_timeout": 3_600}
    return {}
