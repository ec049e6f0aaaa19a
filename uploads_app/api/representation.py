"""Files as the API shows them: plain dictionaries, field by field, so that nothing slips out.

The serializers beside this file describe the same shapes for the schema; a test holds the two together.
"""

from collections.abc import Iterable
from typing import Any

from uploads_app import edits
from uploads_app.models import Appeal, UploadedFile
from uploads_app.rendition_sets import full_picture, in_all_sizes
from uploads_app.services.moderation.appeal import appeal_of, may_appeal
from uploads_app.visibility import UsedBy

Json = dict[str, Any]


def file_url(file: UploadedFile) -> str:
    """Where the bytes are served, as an absolute path."""
    return file.get_absolute_url()


def picture(file: UploadedFile, variant: str = "") -> Json:
    """A picture in use, for everybody who may see it; `variant` names the crop of its use."""
    return {
        "file_id": str(file.pk),
        **full_picture(file),
        "alt_text": file.alt_text,
        "placeholder": file.shown_placeholder,
        **in_all_sizes(file, variant),
    }


def upload_response(file: UploadedFile) -> Json:
    """FileUploadResponse."""
    return {
        "file_id": str(file.pk),
        "filename": file.key.rpartition("/")[2],
        "original_filename": file.original_filename,
        "content_type": file.content_type,
        "file_size": file.file_size,
        "upload_category": str(file.category),
        "uploaded_at": file.uploaded_at.isoformat().replace("+00:00", "Z"),
        "file_url": file_url(file),
        "width": file.width,
        "height": file.height,
        "placeholder": file.shown_placeholder,
        **in_all_sizes(file),
        "removed_metadata": file.removed_metadata,
    }


def metadata(file: UploadedFile, uses: Iterable[UsedBy]) -> Json:
    """FileMetadata, for the owner and staff. The file must come with `is_public`."""
    point = None if file.focal_x is None else {"x": file.focal_x, "y": file.focal_y}
    return upload_response(file) | {
        "file_path": file.key,
        "user_id": file.owner_id,
        "is_active": file.is_active,
        "sha256": file.sha256,
        "frames": file.frames,
        "dominant_color": file.edited_color if file.edits else file.dominant_color,
        "alt_text": file.alt_text,
        "caption": file.caption,
        "focal_point": point,
        "edits": edits.shown(file.edits),
        "moderation_status": str(file.moderation),
        "moderation_reason": str(file.moderation_reason) or None,
        "moderation_note": file.moderation_note,
        "withheld": bool(file.withheld or file.legal_hold),  # why is for staff to know
        "appeal": appeal(appeal_of(file)),
        "can_appeal": may_appeal(file),
        "visibility": "public" if file.is_public else "private",  # type: ignore[attr-defined]
        "in_use_by": [{"kind": use.kind, "id": use.id, "title": use.title} for use in uses],
    }


def appeal(said: Appeal | None) -> Json | None:
    """An appeal, for the file's owner and staff."""
    if said is None:
        return None
    at = said.created_at.isoformat().replace("+00:00", "Z")
    return {"state": str(said.state), "text": said.text, "created_at": at}
