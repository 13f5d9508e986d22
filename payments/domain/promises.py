"""What is always true of money, as questions to the database that find the opposite; the auditor
asks them beside those of bookings (research: trust.md §5.1, whose numbers they carry).

Whether the gateways' own books say the same is for the reconciler to find out.
"""

from bookings.domain.promises import Promise

# What counts against what was taken, in the words of payments.enums.GIVEN_BACK.
GIVEN = """
    SELECT coalesce(sum(refund.amount), 0) FROM payments_refund AS refund
    WHERE refund.payment_id = payment.id AND refund.status NOT IN ('failed', 'rejected')
"""
# A person looks at it, or has said what became of it.
IN_HANDS = """
    SELECT 1 FROM payments_case AS open_case WHERE open_case.payment_id = payment.id
        AND (open_case.closed_at IS NULL OR open_case.closed_by_id IS NOT NULL)
"""
# How much the ledger moves by one posting, whose key follows.
POSTED = """
    SELECT coalesce(sum(entry.amount), 0) FROM payments_posting AS posting
    JOIN payments_entry AS entry ON entry.posting_id = posting.id AND entry.amount > 0
    WHERE posting.key =
"""
# A worker has yet to write it there; what it is about follows.
ON_ITS_WAY = """
    SELECT 1 FROM core_announcedevent AS event
    JOIN core_delivery AS delivery ON delivery.event_id = event.id
    WHERE delivery.status NOT IN ('done', 'dead')
        AND delivery.subscriber IN ('payments.post_captured', 'payments.post_refund_done')
        AND event.about =
"""
PROMISES = [
    Promise(
        "money_has_its_tickets",
        "I2",
        "Money that was taken bought tickets, goes back, or somebody looks into it.",
        f"""
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        JOIN bookings_booking AS booking ON booking.id = payment.booking_id
        WHERE payment.captured > ({GIVEN}) AND booking.confirmed_at IS NULL
            AND NOT EXISTS ({IN_HANDS})
        """,  # noqa: S608 - words of ours
    ),
    Promise(
        "paid_tickets_have_their_money",
        "I2",
        "Tickets that cost something were paid for.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        WHERE booking.status = 'confirmed' AND booking.total > 0
            AND NOT EXISTS (
                SELECT 1 FROM payments_payment AS payment
                WHERE payment.booking_id = booking.id AND payment.captured > 0
            )
        """,
    ),
    Promise(
        "desk_agrees_with_its_book",
        "I2",
        "What was taken and given back at the desk is what the team has entered.",
        """
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        LEFT JOIN payments_deskentry AS entry ON entry.payment_id = payment.id
        WHERE payment.gateway = 'desk'
        GROUP BY payment.id HAVING
            payment.captured <> coalesce(sum(entry.amount) FILTER (WHERE entry.kind = 'taken'), 0)
            OR payment.refunded
                <> coalesce(sum(entry.amount) FILTER (WHERE entry.kind = 'given_back'), 0)
        """,
    ),
    Promise(
        "what_is_open_is_looked_after",
        "I2",
        "A payment that is not over is asked about, until it is.",
        """
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        WHERE payment.status IN ('created', 'requires_action', 'processing', 'authorized', 'unknown')
            AND (payment.look_again_at IS NULL OR payment.look_again_at < %(now)s - %(soon)s)
        """,
    ),
    Promise(
        "refund_arrives",
        "I2",
        "A refund is sent within minutes, or somebody looks into it.",
        f"""
        SELECT 'refund ' || sent.id FROM payments_refund AS sent
        JOIN payments_payment AS payment ON payment.id = sent.payment_id
        WHERE sent.status IN ('requested', 'unknown')
            AND greatest(sent.created_at, sent.decided_at) < %(now)s - %(soon)s
            AND NOT EXISTS ({IN_HANDS})
        """,  # noqa: S608 - words of ours
    ),
    Promise(
        "case_is_not_forgotten",
        "I2",
        "What a person has to look into waits two weeks at most, unless banks dispute it.",
        """
        SELECT 'case ' || id || ': ' || kind FROM payments_case
        WHERE closed_at IS NULL AND kind <> 'disputed'
            AND opened_at < %(now)s - interval '14 days'
        """,
    ),
    Promise(
        "nobody_pays_twice",
        "I3",
        "For a booking no more is kept than it costs, or somebody looks into it.",
        f"""
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        JOIN payments_payment AS payment ON payment.booking_id = booking.id
        WHERE payment.captured > 0
        GROUP BY booking.id
        HAVING sum(payment.captured - ({GIVEN})) > booking.total
            AND NOT bool_or(EXISTS ({IN_HANDS}))
        """,  # noqa: S608 - words of ours
    ),
    Promise(
        "postings_balance",
        "I5",
        "What is written into the ledger at once comes to nothing in each currency.",
        """
        SELECT 'posting ' || posting_id || ' in ' || currency FROM payments_entry
        GROUP BY posting_id, currency HAVING sum(amount) <> 0
        """,
        table="payments_entry",
    ),
    Promise(
        "money_stands_in_the_ledger",
        "I5",
        "What was taken and given back stands in the ledger, and nothing else does.",
        f"""
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        WHERE payment.captured_at BETWEEN %(now)s - %(lately)s AND %(now)s - %(soon)s
            AND ({POSTED} 'captured:' || payment.id) <> payment.captured
            AND NOT EXISTS ({ON_ITS_WAY} 'payments.payment:' || payment.id)
            AND NOT EXISTS ({IN_HANDS})
        UNION ALL
        SELECT 'refund ' || refund.id FROM payments_refund AS refund
        WHERE refund.status = 'done'
            AND refund.done_at BETWEEN %(now)s - %(lately)s AND %(now)s - %(soon)s
            AND ({POSTED} 'refund_done:' || refund.id) <> refund.amount
            AND NOT EXISTS ({ON_ITS_WAY} 'payments.refund:' || refund.id)
        UNION ALL
        SELECT 'posting ' || posting.key FROM payments_posting AS posting
        WHERE (posting.kind = 'captured' AND NOT EXISTS (
            SELECT 1 FROM payments_payment AS payment WHERE payment.id = posting.payment_id
        )) OR (posting.kind = 'refund_done' AND NOT EXISTS (
            SELECT 1 FROM payments_refund AS refund
            WHERE refund.id = substr(posting.key, length('refund_done:') + 1)::uuid
        ))
        """,  # noqa: S608 - words of ours
        table="payments_entry",
    ),
    Promise(
        "no_more_goes_back_than_came",
        "I6",
        "No more is given back than was taken, and it is counted as it is.",
        f"""
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        WHERE ({GIVEN}) > payment.captured OR payment.refunded <> (
            SELECT coalesce(sum(done.amount), 0) FROM payments_refund AS done
            WHERE done.payment_id = payment.id AND done.status = 'done'
        )
        """,  # noqa: S608 - words of ours
    ),
    Promise(
        "refund_is_one_there",
        "I6",
        "What a gateway gave back stands for one refund.",
        """
        SELECT payment.gateway || ' ' || refund.reference FROM payments_refund AS refund
        JOIN payments_payment AS payment ON payment.id = refund.payment_id
        WHERE refund.reference <> '' GROUP BY payment.gateway, refund.reference
        HAVING count(*) > 1
        """,
    ),
    Promise(
        "money_moves_are_recorded",
        "I8",
        "Money that was taken or given back stands in the audit record.",
        """
        SELECT 'payment ' || payment.id FROM payments_payment AS payment
        WHERE payment.captured_at > %(now)s - %(lately)s AND NOT EXISTS (
            SELECT 1 FROM audit_entry AS entry WHERE entry.object_id = payment.id::text
                AND entry.object_type = 'payments.payment' AND entry.action = 'payments.captured'
        )
        UNION ALL
        SELECT 'refund ' || refund.id FROM payments_refund AS refund
        WHERE refund.done_at > %(now)s - %(lately)s AND NOT EXISTS (
            SELECT 1 FROM audit_entry AS entry WHERE entry.object_id = refund.id::text
                AND entry.object_type = 'payments.refund' AND entry.action = 'refunds.done'
        )
        """,
    ),
    Promise(
        "money_guards_stand",
        "I8",
        "What the database itself refuses to do with money, it still refuses.",
        """
        SELECT 'trigger ' || wanted.name FROM unnest(ARRAY[
            'payments_payment_moves', 'payments_payment_only_grows', 'payments_refund_moves',
            'payments_refund_within_what_was_taken'
        ]) AS wanted (name) WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger WHERE tgname = wanted.name AND tgenabled <> 'D'
        )
        UNION ALL
        SELECT 'key ' || wanted.name FROM unnest(ARRAY[
            'payments_payment_one_open', 'payments_payment_reference_once',
            'payments_refund_occasion_once', 'payments_case_open_once', 'payments_notice_once'
        ]) AS wanted (name) WHERE NOT EXISTS (
            SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE relname = wanted.name AND indisunique AND indisvalid
        )
        """,
    ),
    Promise(
        "nobody_waits_for_long",
        "I12",
        "Whose time to pay is over is told soon what became of it.",
        """
        SELECT 'booking ' || booking.reference FROM bookings_booking AS booking
        WHERE booking.status = 'expiring'
            AND booking.guarded_until < %(now)s - %(soon)s - interval '10 minutes'
        """,
    ),
]
