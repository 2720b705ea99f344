import BrokerLink

extension Figures {
    /// `12` exactly, `~12` from the broker's own statistics, `≈12` computed, `–` unknown.
    package static func measured<Value>(
        _ measured: Measured<Value>, _ format: (Value) -> String
    ) -> String {
        switch measured {
        case .exact(let value): format(value)
        case .approximate(let value, _): "~" + format(value)
        case .derived(let value, _): "≈" + format(value)
        case .unavailable: Self.none
        }
    }

    /// The same for a figure that may have no value; `–` then.
    package static func measured<Value>(
        _ measured: Measured<Value?>, _ format: (Value) -> String
    ) -> String {
        guard case .some(.some) = measured.value else { return Self.none }
        return Self.measured(measured) { (value: Value?) in value.map(format) ?? Self.none }
    }

    /// A rate, drawn by how far it can be trusted.
    package static func rate(_ perSecond: Measured<Double>) -> String {
        Self.measured(perSecond) { Self.rate($0) }
    }

    /// A count, drawn by how far it can be trusted.
    package static func count(_ measured: Measured<Int>) -> String {
        Self.measured(measured) { Self.count($0) }
    }

    /// A duration in microseconds.
    package static func duration(_ measured: Measured<Int64?>) -> String {
        Self.measured(measured) { (value: Int64) in Self.duration(microseconds: value) }
    }
}
