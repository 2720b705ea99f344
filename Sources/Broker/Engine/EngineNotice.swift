import Core
import Store

/// What an engine tells its operator while it runs.
package enum EngineNotice: Sendable, CustomStringConvertible {
    /// Bytes on the disk are not what was written.
    case damage(DamageReport)
    case loginRefused(LoginRefusal)
    /// Publishers are blocked or clients refused from now on, or for one more reason.
    case alarmRaised(String, meaning: String)
    case alarmEnded(String)

    package var description: String {
        switch self {
        case .damage(let report): report.description
        case .loginRefused(let refusal): refusal.sentence
        case .alarmRaised(let alarm, let meaning): "\(alarm): \(meaning)"
        case .alarmEnded(let alarm): "\(alarm): over"
        }
    }
}
