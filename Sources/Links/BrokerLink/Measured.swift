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
