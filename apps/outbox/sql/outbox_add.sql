-- Add messages to run after the transaction commits. A message whose key exists is not added.
CREATE OR REPLACE FUNCTION outbox_add(messages jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    )
    SELECT r.task, r.arguments, r.key, 'pending', 0, 0, '', r.available_at, r.available_at, r.created_at
    FROM jsonb_to_recordset(messages) AS r(
        task text, arguments jsonb, key text, available_at timestamptz, created_at timestamptz
    )
    ON CONFLICT (key) DO NOTHING
$$;
