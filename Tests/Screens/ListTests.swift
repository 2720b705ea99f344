import Canvas
import Screens
import Testing

/// What all lists share: selection, marks, filters, columns.
struct ListTests {
    private static let names = (0..<20).map { "row \($0)" }

    @Test("Movement stays within the list and the selection in view")
    func movement() {
        var cursor = ListCursor<String>()
        func move(_ movement: Movement) {
            cursor.move(movement, count: 20, page: 5) { Self.names[$0] }
        }
        move(.up)
        #expect(cursor.index == 0)
        move(.pageDown)
        #expect(cursor.index == 5)
        #expect(cursor.firstVisible == 1)
        move(.halfPageDown)
        #expect(cursor.index == 7)
        move(.bottom)
        #expect(cursor.index == 19)
        #expect(cursor.firstVisible == 15)
        move(.down)
        #expect(cursor.selected == "row 19")
        move(.top)
        #expect(cursor.firstVisible == 0)
    }

    @Test("Until a person has chosen a row the first one is selected, then the chosen one")
    func following() {
        var cursor = ListCursor<String>()
        func follow(_ rows: [String]) { cursor.follow(count: rows.count, page: 3) { rows[$0] } }
        follow(["a", "b"])
        follow(["b", "a"])
        #expect(cursor.selected == "b")
        cursor.move(.down, count: 2, page: 3) { ["b", "a"][$0] }
        follow(["c", "d", "e", "f", "a"])
        #expect(cursor.selected == "a")
        #expect(cursor.firstVisible == 2)
        follow(["c", "d"])
        #expect(cursor.selected == "d")
        follow([])
        #expect(cursor.selected == nil)
        #expect(cursor.index == 0)
    }

    @Test("The wheel turns the view and takes the selection along")
    func scrolling() {
        var cursor = ListCursor<String>()
        cursor.follow(count: 20, page: 5) { Self.names[$0] }
        cursor.scroll(rows: 3, count: 20, page: 5) { Self.names[$0] }
        #expect(cursor.firstVisible == 3)
        #expect(cursor.index == 3)
        cursor.scroll(rows: 100, count: 20, page: 5) { Self.names[$0] }
        #expect(cursor.firstVisible == 15)
        cursor.scroll(rows: -100, count: 20, page: 5) { Self.names[$0] }
        #expect(cursor.index == 4)
    }

    @Test(
        "A filter keeps what has all words and none of the inverted ones",
        arguments: [
            ("", "anything", true), ("ORD", "orders", true), ("ord pay", "orders.payment", true),
            ("ord mail", "orders", false), ("!dead", "orders.dead", false),
            ("ord !dead", "orders", true), ("!", "anything", true), ("  ", "anything", true),
            ("köln", "Büro-köln", true), ("longer than", "short", false),
        ])
    func filters(filter: String, text: String, isKept: Bool) {
        #expect(TextFilter(filter).matches(text) == isKept)
    }

    @Test("Columns that do not fit go by rank, and what is left over makes others wider")
    func tableLayout() {
        let columns = [
            TableColumn("name", "NAME", width: 10, widthMax: 30, alignment: .left, rank: 0),
            TableColumn("ready", "READY", width: 6, rank: 1),
            TableColumn("dead", "DEAD", width: 6, rank: 2),
        ]
        func places(_ width: Int) -> [String] {
            TableLayout(columns, width: width).places.map {
                "\($0.column.id) \($0.start)+\($0.width)"
            }
        }
        #expect(places(26) == ["name 0+10", "ready 12+6", "dead 20+6"])
        #expect(places(25) == ["name 0+17", "ready 19+6"])
        #expect(places(17) == ["name 0+17"])
        #expect(places(6) == ["name 0+6"])
        #expect(places(100) == ["name 0+30", "ready 32+6", "dead 40+6"])
    }
}
