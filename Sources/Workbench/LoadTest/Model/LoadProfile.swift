/// How many messages a second a stream plans, over the time since it started.
///
/// A profile is its integral: ``messages(within:)`` says how many messages are planned up to a
/// moment, ``seconds(until:)`` when the n-th of them is due. Each is the other's inverse, so a
/// schedule computes due times exactly and never adds up rounding errors.
package enum LoadProfile: Hashable, Sendable {
    case constant(perSecond: Double)
    /// `perSecond`, and at the end of each period of `everySeconds` a burst of `lengthSeconds`.
    case burst(
        perSecond: Double, peakPerSecond: Double, lengthSeconds: Double, everySeconds: Double)
    /// An even climb or descent that takes `seconds` and stays at `toPerSecond`.
    case ramp(fromPerSecond: Double, toPerSecond: Double, seconds: Double)

    /// The rate outside of bursts and after the ramp.
    package var ratePerSecond: Double {
        switch self {
        case .constant(let perSecond): perSecond
        case .burst(let perSecond, _, _, _): perSecond
        case .ramp(_, let toPerSecond, _): toPerSecond
        }
    }

    /// The rate at a moment, in messages a second.
    package func rate(at seconds: Double) -> Double {
        switch self {
        case .constant(let perSecond):
            return perSecond
        case .burst(let perSecond, let peak, let length, let every):
            let inPeriod = seconds.truncatingRemainder(dividingBy: every)
            return inPeriod < every - length ? perSecond : peak
        case .ramp(let from, let to, let length):
            return seconds < length ? from + (to - from) * seconds / length : to
        }
    }

    /// How many messages are planned from the start up to a moment; not a whole number.
    package func messages(within seconds: Double) -> Double {
        guard seconds > 0 else { return 0 }
        switch self {
        case .constant(let perSecond):
            return perSecond * seconds
        case .burst(let perSecond, let peak, let length, let every):
            let quiet = every - length
            let periods = (seconds / every).rounded(.down)
            let inPeriod = seconds - periods * every
            return periods * (perSecond * quiet + peak * length)
                + perSecond * min(inPeriod, quiet) + peak * max(0, inPeriod - quiet)
        case .ramp(let from, let to, let length):
            let climbing = min(seconds, length)
            return from * climbing + (to - from) * climbing * climbing / (2 * length)
                + to * (seconds - climbing)
        }
    }

    /// The first moment at which so many messages are planned; nil when that never happens.
    package func seconds(until messages: Double) -> Double? {
        guard messages > 0 else { return 0 }
        switch self {
        case .constant(let perSecond):
            return perSecond > 0 ? messages / perSecond : nil
        case .burst(let perSecond, let peak, let length, let every):
            let inQuiet = perSecond * (every - length)
            let inPeriod = inQuiet + peak * length
            guard inPeriod > 0 else { return nil }
            let periods = (messages / inPeriod).rounded(.down)
            let rest = messages - periods * inPeriod
            if rest <= inQuiet {
                return periods * every + (perSecond > 0 ? rest / perSecond : 0)
            }
            return periods * every + every - length + (rest - inQuiet) / peak
        case .ramp(let from, let to, let length):
            let climbing = (from + to) / 2 * length
            if messages > climbing {
                return to > 0 ? length + (messages - climbing) / to : nil
            }
            // The root of from·t + (to-from)/(2·length)·t² = messages, in the form that also
            // holds when the two rates are equal.
            let discriminant = from * from + 2 * (to - from) / length * messages
            return 2 * messages / (from + max(0, discriminant).squareRoot())
        }
    }
}
