package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"
)

type object = map[string]any

// A translator knows the query, because the parser counts its bytes and JavaScript its UTF-16 units.
type translator struct {
	query    string
	problems []object
}

// parseToJSON returns what src/scenario/promql/expression.ts describes.
func parseToJSON(query string) []byte {
	t := &translator{query: query}
	reply := object{}
	if expression, err := parser.ParseExpr(query); err != nil {
		t.refuse(err)
	} else {
		reply["expression"] = t.expression(expression)
	}
	if len(t.problems) > 0 {
		reply = object{"problems": t.problems}
	}
	text, err := json.Marshal(reply)
	if err != nil {
		panic(err)
	}
	return text
}

func (t *translator) index(at posrange.Pos) int {
	before := t.query[:min(max(int(at), 0), len(t.query))]
	return len(utf16.Encode([]rune(before)))
}

// The parser goes on after what it cannot read. What it then says about an earlier place only follows from that.
func (t *translator) refuse(err error) {
	var all parser.ParseErrors
	if !errors.As(err, &all) {
		t.refuseAt(0, err.Error())
	}
	last := posrange.Pos(-1)
	for _, each := range all {
		if at := each.PositionRange.Start; at > last {
			t.refuseAt(at, each.Err.Error())
			last = at
		}
	}
}

func (t *translator) refuseAt(at posrange.Pos, message string) {
	t.problems = append(t.problems, object{"index": t.index(at), "message": message})
}

func (t *translator) expression(node parser.Expr) object {
	if node == nil {
		return nil
	}
	at := node.PositionRange()
	fields := t.fields(node)
	fields["type"], fields["start"], fields["end"] = node.Type(), t.index(at.Start), t.index(at.End)
	return fields
}

func (t *translator) fields(node parser.Expr) object {
	switch n := node.(type) {
	case *parser.NumberLiteral:
		return object{"kind": "number", "value": number(n.Val)}
	case *parser.StringLiteral:
		return object{"kind": "string", "value": n.Val}
	case *parser.ParenExpr:
		return object{"kind": "parentheses", "operand": t.expression(n.Expr)}
	case *parser.UnaryExpr:
		return object{"kind": "unary", "operator": n.Op.String(), "operand": t.expression(n.Expr)}
	case *parser.BinaryExpr:
		return object{"kind": "binary", "operator": n.Op.String(), "left": t.expression(n.LHS), "right": t.expression(n.RHS),
			"bool": n.ReturnBool, "matching": matching(n.VectorMatching)}
	case *parser.AggregateExpr:
		return object{"kind": "aggregation", "operator": n.Op.String(), "operand": t.expression(n.Expr),
			"parameter": t.expression(n.Param), "labels": list(n.Grouping), "without": n.Without}
	case *parser.Call:
		return object{"kind": "call", "function": n.Func.Name, "arguments": t.expressions(n.Args)}
	case *parser.VectorSelector:
		plain := parser.VectorSelector{Name: n.Name, LabelMatchers: n.LabelMatchers}
		return object{"kind": "selector", "text": plain.String(), "matchers": matchers(n.LabelMatchers),
			"offsetMs": t.milliseconds(n.OriginalOffset, n.OriginalOffsetExpr), "at": pinned(n.Timestamp, n.StartOrEnd)}
	case *parser.MatrixSelector:
		return object{"kind": "range", "selector": t.expression(n.VectorSelector), "rangeMs": t.milliseconds(n.Range, n.RangeExpr)}
	case *parser.SubqueryExpr:
		return object{"kind": "subquery", "operand": t.expression(n.Expr), "rangeMs": t.milliseconds(n.Range, n.RangeExpr),
			"stepMs": t.milliseconds(n.Step, n.StepExpr), "offsetMs": t.milliseconds(n.OriginalOffset, n.OriginalOffsetExpr),
			"at": pinned(n.Timestamp, n.StartOrEnd)}
	}
	panic(fmt.Sprintf("no translation of %T", node))
}

func (t *translator) expressions(nodes parser.Expressions) []object {
	all := []object{}
	for _, node := range nodes {
		all = append(all, t.expression(node))
	}
	return all
}

// The parser lets a duration that is computed from the step of the query pass although that is not enabled.
func (t *translator) milliseconds(length time.Duration, computed *parser.DurationExpr) int64 {
	if computed != nil {
		t.refuseAt(computed.PositionRange().Start, "experimental duration expression is not enabled")
	}
	return length.Milliseconds()
}

// JSON has no infinity and no NaN: a text that JavaScript's Number() reads.
func number(value float64) string {
	return strings.Replace(strconv.FormatFloat(value, 'g', -1, 64), "Inf", "Infinity", 1)
}

// pinned tells the time after an @: milliseconds, "start" or "end".
func pinned(timestamp *int64, startOrEnd parser.ItemType) any {
	switch {
	case startOrEnd != 0:
		return startOrEnd.String()
	case timestamp != nil:
		return *timestamp
	}
	return nil
}

func matching(m *parser.VectorMatching) any {
	if m == nil {
		return nil
	}
	return object{"cardinality": m.Card.String(), "on": m.On, "labels": list(m.MatchingLabels), "include": list(m.Include)}
}

func matchers(all []*labels.Matcher) []object {
	told := []object{}
	for _, m := range all {
		told = append(told, object{"label": m.Name, "operator": m.Type.String(), "value": m.Value})
	}
	return told
}

// list is never null in JSON.
func list(texts []string) []string {
	return append([]string{}, texts...)
}
