import BrokerLink
import Messaging
import Metering
import PlainJSON
import Screens

/// An object for programs: members in their order, and how far its figures can be trusted.
///
/// A figure that the broker does not know is `null`, never 0. Where a figure is not exact, the
/// member `inexact` says so by the figure's name:
///
///     {"dead_messages": null, "ready_messages": 12,
///      "inexact": {"dead_messages": {"kind": "unavailable", "because": "…"},
///                  "ready_messages": {"kind": "approximate", "age_seconds": 3.5}}}
struct ReportObject {
    private var members: [JSON.Member] = []
    private var inexact: [JSON.Member] = []

    mutating func add(_ name: String, _ value: JSON) { self.members.append(.init(name, value)) }

    mutating func add<Value>(
        _ name: String, _ measured: Measured<Value>, _ json: (Value) -> JSON
    ) {
        self.add(name, measured.value.map(json) ?? .null)
        switch measured {
        case .exact: break
        case .approximate(_, let age):
            self.inexact.append(
                .init(name, ["kind": .text("approximate"), "age_seconds": .optional(age)]))
        case .derived(_, let source):
            self.inexact.append(
                .init(name, ["kind": .text("derived"), "from": .text(source)]))
        case .unavailable(let reason):
            self.inexact.append(
                .init(name, ["kind": .text("unavailable"), "because": .text(reason)]))
        }
    }

    /// The object; `inexact` is its last member and always there.
    var json: JSON { .object(self.members + [.init("inexact", .object(self.inexact))]) }
}

extension JSON {
    /// A moment as RFC 3339 writes it, to the millisecond.
    static func moment(_ moment: Timestamp?) -> JSON {
        guard let moment else { return .null }
        let day = ClockText.dateAndTime(moment, utcOffsetSeconds: 0)
        let milliseconds = (moment.microseconds % 1_000_000 + 1_000_000) % 1_000_000 / 1_000
        let fraction = String(1_000 + milliseconds).dropFirst()
        return .text(day.split(separator: " ").joined(separator: "T") + ".\(fraction)Z")
    }

    static func summary(_ summary: DurationSummary?) -> JSON {
        guard let summary else { return .null }
        return [
            "count": .count(summary.count), "p50_microseconds": .integer(summary.p50),
            "p99_microseconds": .integer(summary.p99),
            "p999_microseconds": .integer(summary.p999), "max_microseconds": .integer(summary.max),
        ]
    }

    /// Arguments as RabbitMQ's management API shows them: their types are lost.
    static func arguments(_ table: FieldTable) -> JSON {
        .object(table.fields.map { .init($0.name, self.plain($0.value)) })
    }

    private static func plain(_ value: FieldValue) -> JSON {
        switch value {
        case .bool(let flag): .bool(flag)
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64: .optional(value.integer)
        case .float(let number): .optional(Double(number))
        case .double(let number): .optional(number)
        case .decimal(let scale, let number):
            ["scale": .count(Int(scale)), "value": .count(Int(number))]
        case .longString(let bytes), .byteArray(let bytes):
            .text(String(decoding: bytes, as: UTF8.self))
        case .array(let values): .array(values.map { self.plain($0) })
        case .timestamp(let seconds): .count(seconds)
        case .table(let table): self.arguments(table)
        case .void: .null
        }
    }
}

/// The member `broker` of every report.
extension BrokerIdentity {
    /// What it has, for `--help`.
    package static let members = "broker has product, version, address, user, virtual_host."

    var json: JSON {
        [
            "product": .text(self.product), "version": .text(self.version),
            "address": .text(self.address), "user": .text(self.user),
            "virtual_host": .text(self.virtualHost),
        ]
    }
}
