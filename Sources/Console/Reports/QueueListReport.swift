import BrokerLink
import Messaging
import PlainJSON
import Screens

/// The list of queues: what `queuetop queues` prints.
package struct QueueListReport: Sendable {
    package var broker: BrokerIdentity
    package var sample: BrokerSample
    /// In the order in which they are shown.
    package var queues: [QueueTrend]
    /// Why there are no rates, where there are none.
    package var whyNoRates = Self.needsSamples

    /// What is wrong when there was only one sample.
    package static let needsSamples = "rates come with a second sample: ask for them with --rates"

    /// - Parameters:
    ///   - history: With two samples, rates are known.
    ///   - pattern: Only queues with such names.
    ///   - order: Nil sorts by name.
    package init(
        _ history: SampleHistory, broker: BrokerIdentity, pattern: NamePattern = .all,
        order: QueueOrder? = nil
    ) {
        self.broker = broker
        self.sample = history.latest ?? BrokerSample(at: Timestamp(microseconds: 0))
        let order = order ?? QueueOrder(field: .name)
        self.queues = history.queues.filter { pattern.includes($0.sample.name.text) }
            .sorted { order.precedes($0, $1) }
    }

    /// The table.
    ///
    /// - Parameter fields: Nil chooses what says most.
    package func table(_ fields: [QueueField]? = nil) -> ReportTable {
        let hasRates = self.queues.contains { $0.rates != nil }
        let fields = fields ?? (hasRates ? QueueField.usualWithRates : QueueField.usual)
        return ReportTable(
            fields.map(\.column),
            rows: self.queues.map { queue in fields.map { $0.cell(of: queue) } })
    }

    /// One document for programs; ``QueueJSON`` says what a queue's members mean.
    package var json: JSON {
        [
            "at": .moment(self.sample.at), "broker": self.broker.json,
            "queues": .array(
                self.queues.map { QueueJSON.json(of: $0, whyNoRates: self.whyNoRates) }),
        ]
    }

    /// Which order `--sort` asks for: a field, and with a `-` before it the other way round.
    package struct QueueOrder: Equatable, Sendable {
        package var field: QueueField
        package var isReversed = false

        package init(field: QueueField, isReversed: Bool = false) {
            self.field = field
            self.isReversed = isReversed
        }

        /// Reads `ready` or `-ready`; nil when there is no such field.
        package init?(_ text: String) {
            let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
            guard let field = QueueField(rawValue: name) else { return nil }
            self.init(field: field, isReversed: text.hasPrefix("-"))
        }

        /// Figures stand largest first and text in its own order, unless reversed; what is not
        /// known comes last either way, and equal ones stand by name.
        func precedes(_ left: QueueTrend, _ right: QueueTrend) -> Bool {
            if self.field.isFigure {
                let (first, second) = (self.field.figure(of: left), self.field.figure(of: right))
                if first != second {
                    guard let first else { return false }
                    guard let second else { return true }
                    return self.isReversed ? first < second : first > second
                }
            } else {
                let (first, second) = (
                    self.field.cell(of: left).text, self.field.cell(of: right).text
                )
                if first != second { return self.isReversed ? first > second : first < second }
            }
            return left.sample.name < right.sample.name
        }
    }
}
