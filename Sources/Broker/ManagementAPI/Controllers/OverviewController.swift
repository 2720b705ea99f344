import Core
import Engine
import Messaging

/// The broker as a whole: `overview`, `whoami`, `cluster-name` and what clients ask before they
/// begin.
struct OverviewController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("overview") { request in await self.overview(request) }
        routes.get("whoami") { request in
            .object { json in
                json.field("name", request.account.name)
                json.field("tags", request.account.tags)
            }
        }
        routes.get("extensions") { _ in .json { $0.array { _ in } } }
        routes.get("feature-flags", .administrator) { _ in .json { $0.array { _ in } } }
        routes.get("auth", .anybody) { _ in .object { $0.field("enable_uaa", false) } }
    }

    private func overview(_ request: APIRequest) async -> APIAnswer {
        let seen = await self.context.engine.overview
        let clusterName = await self.context.clusterName
        let rates = self.context.rates.current.totals
        let identity = self.context.identity
        return .object { json in
            json.field("management_version", BrokerFace.rabbitVersion)
            json.field("rates_mode", "basic")
            json.exchangeTypes()
            json.field("product_version", identity.version)
            json.field("product_name", "queuetop")
            json.field("rabbitmq_version", BrokerFace.rabbitVersion)
            json.field("queuetop_version", identity.version)
            json.field("cluster_name", clusterName)
            json.field("disable_stats", false)
            json.field("enable_queue_totals", false)
            json.key("message_stats")
            json.object { json in
                json.brokerStats(seen.totals, rates)
            }
            json.key("churn_rates")
            json.object { json in
                json.field("connection_closed", seen.totals.connectionsClosed)
                json.field("queue_deleted", seen.totals.queuesDeleted)
            }
            json.key("queue_totals")
            json.object { $0.depth(seen.ready, seen.unacked, rates?.ready, rates?.unacked) }
            json.key("object_totals")
            json.object { json in
                json.field("channels", seen.channels)
                json.field("connections", seen.connections)
                json.field("consumers", seen.consumers)
                json.field("exchanges", seen.exchanges)
                json.field("queues", seen.queues)
            }
            json.field("statistics_db_event_queue", 0)
            json.field("node", identity.node)
            json.key("listeners")
            json.array { json in
                json.object { $0.listener("amqp", identity.amqpPort, identity) }
                json.object { $0.listener("http", identity.managementPort, identity) }
                if let port = identity.secureAMQPPort {
                    json.object { $0.listener("amqp/ssl", port, identity) }
                }
                if let port = identity.secureManagementPort {
                    json.object { $0.listener("https", port, identity) }
                }
            }
            json.contexts(identity)
            // What RabbitMQ does not know, under one name so that it gets in nobody's way.
            json.key("queuetop")
            json.object { json in
                json.field("messages_delayed", seen.delayed)
                json.field("messages_waiting", seen.waiting)
            }
        }
    }
}

/// What the overview shows of the broker.
private struct Overview: Sendable {
    var totals: BrokerTotals
    var ready = 0
    var unacked = 0
    /// Messages that wait in exchanges, and outside of their queues for a retry.
    var (delayed, waiting) = (0, 0)
    var connections = 0
    var channels = 0
    var consumers = 0
    var exchanges = 0
    var queues = 0
}

extension Engine {
    fileprivate var overview: Overview {
        self.snapshot { broker, now in
            let counters = broker.counters(now: now)
            let channels = broker.channelFigures.filter { $0.connection.isOfClient }
            let delayed = broker.virtualHosts.reduce(0) { $0 + broker.delayedCount(in: $1) }
            return Overview(
                totals: counters.totals, ready: counters.queues.reduce(0) { $0 + $1.ready },
                unacked: counters.queues.reduce(0) { $0 + $1.unacked },
                delayed: delayed, waiting: broker.waitingTotal - delayed,
                connections: counters.connections.count { $0.id.isOfClient },
                channels: channels.count, consumers: channels.reduce(0) { $0 + $1.consumers },
                exchanges: broker.virtualHosts.reduce(0) { $0 + broker.exchangeCount(in: $1) },
                queues: counters.queues.count)
        }
    }
}

extension JSONWriter {
    /// The types that there are, in RabbitMQ's words.
    mutating func exchangeTypes() {
        self.key("exchange_types")
        self.array { json in
            for type in ["direct", "fanout", "headers", "topic"] {
                json.object { json in
                    json.field("name", type)
                    json.field(
                        "description", "AMQP \(type) exchange, as per the AMQP specification")
                    json.field("enabled", true)
                }
            }
            json.object { json in
                json.field("name", "x-delayed-message")
                json.field("description", "Delayed Message Exchange.")
                json.field("enabled", true)
            }
        }
    }

    /// `messages…` with their rates.
    mutating func depth(_ ready: Int, _ unacked: Int, _ readyRate: Double?, _ unackedRate: Double?)
    {
        self.count(
            "messages", ready + unacked,
            readyRate.flatMap { ready in unackedRate.map { ready + $0 } })
        self.count("messages_ready", ready, readyRate)
        self.count("messages_unacknowledged", unacked, unackedRate)
    }

    /// `message_stats` of everything: what was published counts once, however many queues it
    /// reached.
    fileprivate mutating func brokerStats(_ totals: BrokerTotals, _ rates: TotalRates?) {
        self.messageStats(totals.queues, rates?.messages)
        self.count("publish", totals.published, rates?.published)
        self.count("drop_unroutable", totals.unroutable, rates?.unroutable)
    }

    fileprivate mutating func listener(
        _ protocolName: String, _ port: UInt16, _ identity: BrokerFace
    ) {
        self.field("node", identity.node)
        self.field("protocol", protocolName)
        self.field("ip_address", identity.host)
        self.field("port", Int(port))
        self.key("socket_opts")
        self.object { $0.field("nodelay", true) }
    }

    mutating func contexts(_ identity: BrokerFace) {
        self.key("contexts")
        self.array { json in
            json.object { json in
                json.field("node", identity.node)
                json.field("description", "queuetop management")
                json.field("path", "/")
                json.field("ip", identity.host)
                json.field("port", "\(identity.managementPort)")
            }
        }
    }
}
