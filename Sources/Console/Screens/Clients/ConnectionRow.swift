import BrokerLink
import Canvas
import Messaging

/// A column of the list of connections.
package enum ConnectionColumn: Hashable, Sendable, CaseIterable, ClientColumn {
    case client, name, user, virtualHost, channels, consumers, unacked, held
    case incoming, outgoing, state

    var title: String {
        switch self {
        case .client: "CLIENT"
        case .name: "NAME"
        case .user: "USER"
        case .virtualHost: "VHOST"
        case .channels: "CHAN"
        case .consumers: "CONS"
        case .unacked: "UNACK"
        case .held: "HELD"
        case .incoming: "IN/s"
        case .outgoing: "OUT/s"
        case .state: "STATE"
        }
    }

    var words: String {
        switch self {
        case .client: "client"
        case .name: "name"
        case .user: "user"
        case .virtualHost: "virtual host"
        case .channels: "channels"
        case .consumers: "consumers"
        case .unacked: "unacked messages"
        case .held: "oldest unacked"
        case .incoming: "rate in"
        case .outgoing: "rate out"
        case .state: "state"
        }
    }

    var isText: Bool {
        switch self {
        case .client, .name, .user, .virtualHost, .state: true
        case .channels, .consumers, .unacked, .held, .incoming, .outgoing: false
        }
    }

    var tableColumn: TableColumn<Self> {
        func left(_ width: Int, _ widthMax: Int, rank: Int) -> TableColumn<Self> {
            TableColumn(
                self, self.title, width: width, widthMax: widthMax, alignment: .left, rank: rank)
        }
        func right(_ width: Int, rank: Int) -> TableColumn<Self> {
            TableColumn(self, self.title, width: width, rank: rank)
        }
        return switch self {
        case .client: left(15, 21, rank: 0)
        case .name: left(10, 28, rank: 4)
        case .user: left(6, 10, rank: 9)
        case .virtualHost: left(5, 10, rank: 10)
        case .channels: right(4, rank: 8)
        case .consumers: right(4, rank: 5)
        case .unacked: right(6, rank: 1)
        case .held: right(7, rank: 2)
        case .incoming: right(6, rank: 7)
        case .outgoing: right(6, rank: 6)
        case .state: left(11, 21, rank: 3)
        }
    }
}

/// One connection as the list shows it.
struct ConnectionRow: ClientRow {
    let connection: ClientConnection
    let rates: ClientRates.Rates

    var id: ConnectionID { self.connection.id }

    var words: [String] {
        [
            self.connection.origin, self.connection.name, self.connection.user,
            self.connection.virtualHost, self.connection.state.words,
        ]
    }

    /// Blocked ones first, then who holds a delivery longest.
    var badness: ClientBadness {
        let level =
            switch self.connection.state {
            case .blocked: 2
            case .slowReader: 1
            case .running, .closing: 0
            }
        return ClientBadness(
            level: level, heldMicroseconds: self.connection.oldestUnackedMicroseconds,
            unacked: self.connection.unacked)
    }

    var trouble: String? {
        let client = self.connection.title
        switch self.connection.state {
        case .blocked(let reason):
            return "blocked: \(client) may not publish (\(reason)); its consumers go on"
        case .slowReader:
            return "slow reader: \(client) does not read what it is sent; "
                + "its consumers get nothing"
        case .running, .closing:
            guard let held = self.connection.oldestUnackedMicroseconds,
                held >= QueueAlarm.stuckMicroseconds
            else { return nil }
            return "stuck: \(client) holds "
                + Figures.counted(self.connection.unacked, "unacked message")
                + ", the oldest for \(Figures.duration(microseconds: held))"
        }
    }

    func text(in column: ConnectionColumn, columns: Int) -> String {
        switch column {
        case .client: self.connection.origin
        case .name: self.connection.name.isEmpty ? Figures.none : self.connection.name
        case .user: self.connection.user
        case .virtualHost: self.connection.virtualHost
        case .channels: Figures.count(self.connection.channels, columns: columns)
        case .consumers: Figures.count(self.connection.consumers, columns: columns)
        case .unacked: Figures.count(self.connection.unacked, columns: columns)
        case .held:
            self.connection.oldestUnackedMicroseconds
                .map { Figures.duration(microseconds: $0) } ?? Figures.none
        case .incoming: Self.text(self.rates.publishedPerSecond, columns: columns)
        case .outgoing: Self.text(self.rates.deliveredPerSecond, columns: columns)
        case .state: self.connection.state.text(columns: columns)
        }
    }

    private static func text(_ perSecond: Double?, columns: Int) -> String {
        perSecond.map { Figures.bareRate($0, columns: columns) } ?? Figures.none
    }

    func style(in column: ConnectionColumn) -> Style {
        switch column {
        case .client: self.trouble == nil ? .plain : Style(ink: .text, attributes: .bold)
        case .name, .user, .virtualHost, .channels, .consumers, .unacked, .incoming, .outgoing:
            .plain
        case .held:
            (self.connection.oldestUnackedMicroseconds ?? 0) >= QueueAlarm.stuckMicroseconds
                ? .danger : .plain
        case .state: self.connection.state.style
        }
    }

    func sortValue(in column: ConnectionColumn) -> SortValue {
        func number(_ value: Double?) -> SortValue { value.map { .number($0) } ?? .none }
        return switch column {
        case .client: .text(self.connection.origin)
        case .name: self.connection.name.isEmpty ? .none : .text(self.connection.name)
        case .user: .text(self.connection.user)
        case .virtualHost: .text(self.connection.virtualHost)
        case .channels: number(self.connection.channels.map(Double.init))
        case .consumers: number(self.connection.consumers.map(Double.init))
        case .unacked: number(self.connection.unacked.map(Double.init))
        case .held: number(self.connection.oldestUnackedMicroseconds.map(Double.init))
        case .incoming: number(self.rates.publishedPerSecond)
        case .outgoing: number(self.rates.deliveredPerSecond)
        case .state: .text(self.connection.state.words)
        }
    }
}

extension ClientConnection {
    /// Where it comes from, and what it calls itself: `127.0.0.1:51234 (clerk)`.
    var title: String { self.name.isEmpty ? self.origin : "\(self.origin) (\(self.name))" }
}

extension ClientConnection.State {
    var words: String {
        switch self {
        case .running: "running"
        case .slowReader: "slow reader"
        case .blocked(let reason): "blocked: \(reason)"
        case .closing: "closing"
        }
    }

    /// The words, without the reason where that does not fit.
    func text(columns: Int) -> String {
        guard case .blocked = self, TextWidth.columns(of: self.words) > columns else {
            return self.words
        }
        return "blocked"
    }

    var style: Style {
        switch self {
        case .running: .plain
        case .slowReader: .warning
        case .blocked: .danger
        case .closing: .muted
        }
    }
}
