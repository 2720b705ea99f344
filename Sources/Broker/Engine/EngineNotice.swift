import Core
import Store

/// What an engine tells its operator while it runs.
package enum EngineNotice: Sendable, CustomStringConvertible {
    /// Bytes on the disk are not what was written.
    case damage(DamageReport)
    /// A login was refused; the sentence says whose, from where and why, and no password.
    case loginRefused(String)
    /// Publishers are blocked from now on, or for one more reason.
    case alarmRaised(String)
    case alarmEnded(String)

    package var description: String {
        switch self {
        case .damage(let report): report.description
        case .loginRefused(let sentence): sentence
        case .alarmRaised(let alarm): "\(alarm): publishers are blocked"
        case .alarmEnded(let alarm): "\(alarm): over"
        }
    }
}
