"""Where fields of queuetop's management API differ from RabbitMQ 3.10.8's, and why.

Per endpoint: fields that only one of the two has. Paths inside arrays go through `[]`.
"""

_ERLANG = "is about Erlang's machine"
_UNKNOWN = "is not counted here, and what is not known is left out"
_RATES = "comes with the second sample, five seconds after the start"
_OWN = "is queuetop's own"
_CLUSTER = "is about clusters or mirrors, which there are none of"
_USERS = "tells who declared what, which is not kept"

MESSAGE_STATS = {
    "ack", "deliver", "deliver_get", "deliver_no_ack", "get", "get_empty", "get_no_ack",
    "publish", "redeliver",
}
"""Counts that are there from the start here, and there only once something happened."""

MISSING = {
    "overview": {
        "sample_retention_policies": _UNKNOWN, "erlang_version": _ERLANG,
        "erlang_full_version": _ERLANG, "release_series_support_status": "is RabbitMQ's own",
        "message_stats.confirm": _UNKNOWN, "message_stats.disk_reads": _UNKNOWN,
        "message_stats.disk_writes": _UNKNOWN, "message_stats.return_unroutable": _UNKNOWN,
        "churn_rates.channel_closed": _UNKNOWN, "churn_rates.channel_created": _UNKNOWN,
        "churn_rates.connection_created": _UNKNOWN, "churn_rates.queue_created": _UNKNOWN,
        "churn_rates.queue_declared": _UNKNOWN, "contexts[].cowboy_opts": _ERLANG,
        "contexts[].ssl_opts": _ERLANG, "listeners[].socket_opts.backlog": _ERLANG,
        "listeners[].socket_opts.exit_on_close": _ERLANG,
        "listeners[].socket_opts.linger": _ERLANG,
        "listeners[].socket_opts.cowboy_opts": _ERLANG,
        "listeners[].socket_opts.ip": _ERLANG, "listeners[].socket_opts.port": _ERLANG,
    },
    "connections": {
        "garbage_collection": _ERLANG, "peer_cert_issuer": _UNKNOWN,
        "peer_cert_subject": _UNKNOWN, "peer_cert_validity": _UNKNOWN,
        "reductions": _ERLANG, "send_pend": _UNKNOWN, "ssl_cipher": _UNKNOWN,
        "ssl_hash": _UNKNOWN, "ssl_key_exchange": _UNKNOWN, "ssl_protocol": _UNKNOWN,
    },
    "channels": {
        "acks_uncommitted": _UNKNOWN, "garbage_collection": _ERLANG, "idle_since": _UNKNOWN,
        "message_stats.confirm": _UNKNOWN, "message_stats.drop_unroutable": _UNKNOWN,
        "message_stats.return_unroutable": _UNKNOWN, "messages_uncommitted": _UNKNOWN,
        "messages_unconfirmed": _UNKNOWN, "pending_raft_commands": _CLUSTER,
        "reductions": _ERLANG, "message_stats.ack": _UNKNOWN,
        "message_stats.deliver": _UNKNOWN, "message_stats.deliver_no_ack": _UNKNOWN,
        "message_stats.get": _UNKNOWN, "message_stats.get_empty": _UNKNOWN,
        "message_stats.get_no_ack": _UNKNOWN, "message_stats.redeliver": _UNKNOWN,
    },
    "exchanges": {
        "user_who_performed_action": _USERS, "message_stats": _UNKNOWN,
    },
    "queues": {
        "consumer_capacity": _UNKNOWN, "consumer_utilisation": _UNKNOWN,
        "garbage_collection": _ERLANG, "idle_since": _UNKNOWN,
        "message_bytes_dlx": _CLUSTER, "message_bytes_paged_out": _UNKNOWN,
        "message_bytes_persistent": _UNKNOWN, "message_bytes_ram": _UNKNOWN,
        "messages_dlx": _CLUSTER, "messages_persistent": _UNKNOWN,
        "messages_ready_ram": _UNKNOWN,
        "messages_unacknowledged_ram": _UNKNOWN, "open_files": _CLUSTER,
        "readers": _CLUSTER, "recoverable_slaves": _CLUSTER, "reductions": _ERLANG,
        "backing_queue_status.avg_ack_egress_rate": _ERLANG,
        "backing_queue_status.avg_ack_ingress_rate": _ERLANG,
        "backing_queue_status.avg_egress_rate": _ERLANG,
        "backing_queue_status.avg_ingress_rate": _ERLANG,
        "backing_queue_status.delta": _ERLANG, "backing_queue_status.mode": _ERLANG,
        "backing_queue_status.next_deliver_seq_id": _ERLANG,
        "backing_queue_status.next_seq_id": _ERLANG, "backing_queue_status.q1": _ERLANG,
        "backing_queue_status.q2": _ERLANG, "backing_queue_status.q3": _ERLANG,
        "backing_queue_status.q4": _ERLANG,
        "backing_queue_status.target_ram_count": _ERLANG,
        "backing_queue_status.version": _ERLANG,
    },
    "vhosts": {
        "recv_oct": _UNKNOWN, "send_oct": _UNKNOWN,
        "message_stats.confirm": _UNKNOWN, "message_stats.drop_unroutable": _UNKNOWN,
        "message_stats.return_unroutable": _UNKNOWN,
    },
    "nodes": {
        "auth_mechanisms[].description": _ERLANG, "channel_closed": _UNKNOWN,
        "channel_created": _UNKNOWN, "config_files": _UNKNOWN, "connection_created": _UNKNOWN,
        "context_switches": _ERLANG, "contexts[].cowboy_opts": _ERLANG, "disk_free": _UNKNOWN,
        "disk_free_limit": _UNKNOWN, "enabled_plugins[]": _ERLANG,
        "fd_total": _UNKNOWN, "fd_used": _UNKNOWN, "gc_bytes_reclaimed": _ERLANG,
        "gc_num": _ERLANG, "io_read_avg_time": _UNKNOWN, "io_read_bytes": _UNKNOWN,
        "io_read_count": _UNKNOWN, "io_reopen_count": _ERLANG, "io_seek_avg_time": _ERLANG,
        "io_seek_count": _ERLANG, "io_sync_avg_time": _UNKNOWN, "io_sync_count": _UNKNOWN,
        "io_write_avg_time": _UNKNOWN, "io_write_bytes": _UNKNOWN, "io_write_count": _UNKNOWN,
        "log_files": _UNKNOWN, "mem_calculation_strategy": _ERLANG, "mem_limit": _UNKNOWN,
        "mem_used": _UNKNOWN, "metrics_gc_queue_length": _ERLANG,
        "mnesia_disk_tx_count": _ERLANG, "mnesia_ram_tx_count": _ERLANG,
        "msg_store_read_count": _ERLANG, "msg_store_write_count": _ERLANG,
        "net_ticktime": _CLUSTER, "proc_total": _ERLANG, "proc_used": _ERLANG,
        "queue_created": _UNKNOWN, "queue_declared": _UNKNOWN,
        "queue_index_read_count": _ERLANG, "queue_index_write_count": _ERLANG,
        "ra_open_file_metrics": _ERLANG, "run_queue": _ERLANG,
    },
}
"""Fields that RabbitMQ has and queuetop has not."""

MORE = {
    "overview": {"queuetop": _OWN, "queuetop_version": _OWN, "contexts[].path": _OWN},
    "queues": {
        "queuetop": _OWN,
        "owner_pid_details": "is RabbitMQ's too, in other versions than 3.10",
        "leader": "is of quorum queues; our streams have it too",
    },
    "nodes": {"message_memory": _OWN, "contexts[].node": "is of the overview's contexts there"},
}
"""Fields that queuetop has and RabbitMQ has not."""

ENDPOINTS = {
    "overview": ["/api/overview"],
    "connections": ["/api/connections"],
    "channels": ["/api/channels"],
    "consumers": ["/api/consumers", "/api/consumers/%2F"],
    "exchanges": ["/api/exchanges", "/api/exchanges/%2F", "/api/exchanges/%2F/amq.topic",
                  "/api/exchanges/%2F/"],
    "queues": ["/api/queues", "/api/queues/%2F", "/api/queues/%2F/fields.classic",
               "/api/queues/%2F/fields.quorum", "/api/queues/%2F/fields.stream",
               "/api/queues/%2F/fields.priorities"],
    "pages": ["/api/queues?page=1&page_size=2&disable_stats=true",
              "/api/queues?disable_stats=true&enable_queue_totals=true",
              "/api/queues?columns=name,vhost,messages&sort=name&sort_reverse=true"],
    "bindings": ["/api/bindings", "/api/bindings/%2F",
                 "/api/queues/%2F/fields.classic/bindings",
                 "/api/exchanges/%2F/amq.topic/bindings/source",
                 "/api/exchanges/%2F/amq.fanout/bindings/destination",
                 "/api/bindings/%2F/e/amq.topic/q/fields.classic",
                 "/api/bindings/%2F/e/amq.topic/q/fields.classic/a.%252A",
                 "/api/bindings/%2F/e/amq.topic/e/amq.fanout"],
    "vhosts": ["/api/vhosts", "/api/vhosts/%2F"],
    "policies": ["/api/policies", "/api/policies/%2F", "/api/policies/%2F/fields",
                 "/api/operator-policies", "/api/operator-policies/%2F/fields",
                 "/api/parameters", "/api/parameters/operator_policy",
                 "/api/parameters/operator_policy/%2F/fields",
                 "/api/parameters/vhost-limits", "/api/parameters/vhost-limits/%2F/limits"],
    "limits": ["/api/vhost-limits", "/api/vhost-limits/%2F", "/api/user-limits",
               "/api/user-limits/guest", "/api/global-parameters",
               "/api/global-parameters/fields"],
    "nodes": ["/api/nodes"],
    "users": ["/api/users", "/api/users/guest"],
    "permissions": ["/api/permissions", "/api/permissions/%2F/guest",
                    "/api/users/guest/permissions", "/api/vhosts/%2F/permissions",
                    "/api/topic-permissions"],
    "health": ["/api/whoami", "/api/aliveness-test/%2F", "/api/health/checks/alarms",
               "/api/health/checks/local-alarms", "/api/health/checks/virtual-hosts",
               "/api/health/checks/node-is-quorum-critical",
               "/api/health/checks/node-is-mirror-sync-critical",
               "/api/health/checks/port-listener/1",
               "/api/health/checks/protocol-listener/amqp",
               "/api/health/checks/protocol-listener/stomp",
               "/api/health/checks/certificate-expiration/1/days", "/api/healthchecks/node",
               "/api/cluster-name", "/api/vhost-limits", "/api/user-limits"],
    "refusals": ["/api/nothing", "/api/queues/%2F/nothing", "/api/queues/nowhere",
                 "/api/exchanges/%2F/nothing", "/api/vhosts/nowhere", "/api/users/nobody",
                 "/api/policies/%2F/nothing", "/api/channels/nothing",
                 "/api/queues?page=x", "/api/queues?page=1&page_size=501",
                 "/api/queues?page=0"],
}
"""What is compared: each endpoint belongs to a group, whose differences are listed above."""
