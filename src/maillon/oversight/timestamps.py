"""Time stamps of checkpoints by an outside authority, asked for and checked without a network.

Source: RFC 3161.
"""

from pathlib import Path

from maillon.model import StoreError


def query_for(checkpoint: Path) -> bytes:
    """Return a time-stamp query over a checkpoint, DER: to be sent to an authority."""
    from rfc3161_client import TimestampRequestBuilder  # noqa: PLC0415 - only for time stamps

    return bytes(TimestampRequestBuilder().data(_signed(checkpoint)).build().as_bytes())


def check_reply(checkpoint: Path, reply: Path, authority: Path) -> str:
    """Return when the authority saw the checkpoint, ISO 8601.

    Args:
        checkpoint: The checkpoint.
        reply: The authority's reply, DER.
        authority: The root certificate that is trusted for it, PEM.

    Raises:
        StoreError: The reply is none, of another checkpoint, or not by that authority.
    """
    from cryptography import x509  # noqa: PLC0415 - slow
    from rfc3161_client import (  # noqa: PLC0415 - only for time stamps
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    try:
        answer = decode_timestamp_response(reply.read_bytes())
        roots = x509.load_pem_x509_certificates(authority.read_bytes())
        builder = VerifierBuilder()
        for one in roots:
            builder = builder.add_root_certificate(one)
        builder.build().verify_message(answer, _signed(checkpoint))
    except (OSError, ValueError, VerificationError) as error:
        raise StoreError(f"{reply} is no time stamp of {checkpoint}: {error}") from error
    return str(answer.tst_info.gen_time.isoformat())


def _signed(checkpoint: Path) -> bytes:
    """Return what is stamped: the note with the log's signature; a witness may sign later."""
    lines = checkpoint.read_bytes().split(b"\n")
    return b"\n".join(lines[: lines.index(b"") + 2]) + b"\n" if b"" in lines else b""
