/// A figure and how far it can be trusted. The console draws each case differently:
/// `12`, `~12`, `≈12` and `–`.
package enum Measured<Value: Sendable>: Sendable {
    case exact(Value)
    /// The broker's own statistics, that old.
    case approximate(Value, ageSeconds: Double)
    /// Computed from other figures, named in `from`.
    case derived(Value, from: String)
    /// Not known; never shown as zero.
    case unavailable(because: String)

    /// The figure, however it was come by.
    package var value: Value? {
        switch self {
        case .exact(let value), .approximate(let value, _), .derived(let value, _): value
        case .unavailable: nil
        }
    }
}

extension Measured: Equatable where Value: Equatable {}

extension Measured {
    /// The same trust in something made of the figure.
    package func map<Other>(_ transform: (Value) -> Other) -> Measured<Other> {
        switch self {
        case .exact(let value): .exact(transform(value))
        case .approximate(let value, let ageSeconds):
            .approximate(transform(value), ageSeconds: ageSeconds)
        case .derived(let value, let source): .derived(transform(value), from: source)
        case .unavailable(let reason): .unavailable(because: reason)
        }
    }
}
